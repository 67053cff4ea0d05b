"""Takes away from Python what it hasn't got on macOS: found first on PYTHONPATH, it is run before anything else."""

import builtins
import errno
import fcntl
import io
import os
import posix
import signal
import sys
import sysconfig

_OF_LINUX = {
    os: """
        copy_file_range eventfd eventfd_read eventfd_write fdatasync getrandom getresgid getresuid
        getxattr listxattr memfd_create pidfd_open pipe2 posix_fadvise posix_fallocate removexattr
        sched_getaffinity sched_setaffinity sched_getparam sched_getscheduler sched_setscheduler setns setresgid
        setresuid setxattr splice unshare waitid
        MFD_CLOEXEC O_DIRECT O_LARGEFILE O_NOATIME O_PATH O_RSYNC O_TMPFILE WNOWAIT P_PIDFD
    """,
    signal: "sigtimedwait sigwaitinfo SIGPOLL SIGPWR SIGRTMAX SIGRTMIN SIGSTKFLT SIGCLD",
    fcntl: "F_ADD_SEALS F_GETLEASE F_GETPIPE_SZ F_OFD_SETLK F_SETLEASE F_SETPIPE_SZ FICLONE",
}
_AWAY = ("/proc", "/dev/shm")
_TEXTS = {errno.EXDEV: "Cross-device link", errno.EBUSY: "Resource busy", errno.ESTALE: "Stale NFS file handle"}


def _take_away() -> None:
    import select

    for module, names in {**_OF_LINUX, select: "epoll EPOLLIN"}.items():
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)


def _without(real, path_of=lambda args: args[0] if args else None):
    """The function, for which some paths aren't there."""

    def function(*args, **kwargs):
        path = path_of(args)
        if isinstance(path, str | os.PathLike) and os.fspath(path).startswith(_AWAY):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", os.fspath(path))
        return real(*args, **kwargs)

    return function


def _fcopyfile(source, target, _flags):
    """By what `shutil` copies there; as a kernel does it, which knows its own descriptors alone."""
    position = 0
    while data := os.pread(source, 65536, position):
        os.write(target, data)
        position += len(data)


def _say(number, real=os.strerror):
    return _TEXTS.get(number) or real(number)


_take_away()
posix._fcopyfile, posix._COPYFILE_DATA = _fcopyfile, 8
os.strerror = _say
for _name in ("open", "stat", "lstat", "listdir", "scandir", "access", "readlink"):
    _here, _there = getattr(os, _name), _without(getattr(os, _name))
    setattr(os, _name, _there)
    for _can in (
        os.supports_dir_fd,
        os.supports_fd,
        os.supports_follow_symlinks,
    ):  # by which `shutil` chooses its way
        if _here in _can:
            _can.add(_there)
builtins.open = io.open = _without(io.open)
sysconfig.get_config_vars()  # while it still finds its data
sys.platform = "darwin"
