import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;
import org.opensearch.transport.Netty4Plugin;

/** A node of OpenSearch from its published jars, started with `-Ename=value` as its own program is. */
public class EmbeddedOpenSearch {
  private static final Collection<Class<? extends Plugin>> PLUGINS =
      List.of(Netty4Plugin.class, CommonAnalysisPlugin.class);

  private static class EmbeddedNode extends Node {
    EmbeddedNode(Settings settings, String name) {
      super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> name), PLUGINS, false);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Settings.Builder settings = Settings.builder()
        .put("path.home", System.getProperty("user.dir"))
        .put("transport.type", "netty4")
        .put("http.type", "netty4");
    for (String argument : arguments) {
      if (!argument.startsWith("-E")) {
        throw new IllegalArgumentException(argument);
      }
      String[] pair = argument.substring(2).split("=", 2);
      settings.put(pair[0], pair[1]);
    }
    Node node = new EmbeddedNode(settings.build(), "wptest");
    node.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try {
        node.close();
      } catch (Exception ignored) {
        // it ends anyway
      }
    }));
    Thread.currentThread().join();
  }
}
