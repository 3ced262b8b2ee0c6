/* A disk that forgets: loaded with LD_PRELOAD, it keeps a log of everything that changes files below FORGETFUL_ROOT, so that a
 * power cut can be played afterwards: what was synced stays, of the rest a random part. Syncs are logged and not carried out.
 *
 * It can also be full: FORGETFUL_ROOM is the number of bytes by which files may grow in one process, and while the file
 * FORGETFUL_FULL exists nothing grows at all.
 *
 * A record is {op, length of payload, inode, offset} and the payload, in the byte order of the machine:
 *   C created (path)   W written (bytes)   T cut or stretched to offset   B sync begins   E sync ended (offset: number of B)
 *   R renamed (old NUL new)   U removed (path)   M folder made (path)   X changed in a way that this layer cannot follow
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 65536
enum { UNKNOWN = 0, FILE_BELOW = 1, FOLDER_BELOW = 2 };

struct record {
    uint32_t op, length;
    uint64_t inode;
    int64_t offset;
};

static char root[PATH_MAX], full_flag[PATH_MAX];
static size_t root_length;
static int log_fd = -1;
static int64_t room = -1, syncs;
static unsigned char kind[FILES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Start a new log; called through ctypes in the process whose power will be cut. */
int forgetful_begin(const char *path) {
    log_fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    return log_fd;
}

__attribute__((constructor)) static void set_up(void) {
    const char *named = getenv("FORGETFUL_ROOT");
    if (named && realpath(named, root)) root_length = strlen(root);
    if ((named = getenv("FORGETFUL_ROOM"))) room = strtoll(named, NULL, 10);
    if ((named = getenv("FORGETFUL_FULL"))) snprintf(full_flag, sizeof full_flag, "%s", named);
    if ((named = getenv("FORGETFUL_LOG"))) forgetful_begin(named);
}

static void keep(char op, uint64_t inode, int64_t offset, const void *payload, size_t length) {
    if (log_fd < 0) return;
    struct record head = {(uint32_t)op, (uint32_t)length, inode, offset};
    struct iovec parts[2] = {{&head, sizeof head}, {(void *)payload, length}};
    pthread_mutex_lock(&lock);
    if (syscall(SYS_writev, log_fd, parts, 2) != (long)(sizeof head + length)) abort();
    pthread_mutex_unlock(&lock);
}

static int below(const char *path) {
    return root_length && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

static int shared_index(const char *path) {
    size_t length = strlen(path);
    return length > 4 && !strcmp(path + length - 4, "-shm");
}

static uint64_t inode_of(int fd) {
    struct stat found;
    return fstat(fd, &found) ? 0 : (uint64_t)found.st_ino;
}

static int64_t size_of(int fd) {
    struct stat found;
    return fstat(fd, &found) ? 0 : (int64_t)found.st_size;
}

static int known(int fd) { return fd >= 0 && fd < FILES ? kind[fd] : UNKNOWN; }

/* Return how many of the bytes still fit, -1 with ENOSPC if none does. */
static int64_t fitting(int fd, int64_t offset, int64_t length) {
    int64_t growth = offset + length - size_of(fd);
    if (growth <= 0) return length;
    if (full_flag[0] && !syscall(SYS_faccessat, AT_FDCWD, full_flag, F_OK)) growth = growth > length ? length : growth;
    else if (room < 0) return length;
    else {
        pthread_mutex_lock(&lock);
        int64_t granted = growth < room ? growth : room;
        room -= granted;
        pthread_mutex_unlock(&lock);
        growth -= granted;
    }
    if (growth < length) return length - growth;
    errno = ENOSPC;
    return -1;
}

static int opened(int fd, int flags, int existed) {
    char link[64], path[PATH_MAX];
    if (fd < 0 || fd >= FILES) return fd;
    kind[fd] = UNKNOWN;
    if (!root_length) return fd;
    int kept = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length > 0) {
        path[length] = 0;
        if (below(path) && !shared_index(path)) {
            struct stat found;
            fstat(fd, &found);
            kind[fd] = S_ISDIR(found.st_mode) ? FOLDER_BELOW : FILE_BELOW;
            if ((flags & O_CREAT) && !existed) keep('C', found.st_ino, 0, path, length);
            else if (flags & O_TRUNC) keep('T', found.st_ino, 0, NULL, 0);
        }
    }
    errno = kept;
    return fd;
}

#define MODE                                   \
    mode_t mode = 0;                           \
    if (flags & (O_CREAT | __O_TMPFILE)) {     \
        va_list rest;                          \
        va_start(rest, flags);                 \
        mode = (mode_t)va_arg(rest, int);      \
        va_end(rest);                          \
    }
#define THERE(at, path) ((flags & O_CREAT) && !syscall(SYS_faccessat, at, path, F_OK))

int open(const char *path, int flags, ...) {
    MODE int there = THERE(AT_FDCWD, path);
    return opened(REAL(open)(path, flags, mode), flags, there);
}
int open64(const char *path, int flags, ...) {
    MODE int there = THERE(AT_FDCWD, path);
    return opened(REAL(open64)(path, flags, mode), flags, there);
}
int openat(int at, const char *path, int flags, ...) {
    MODE int there = THERE(at, path);
    return opened(REAL(openat)(at, path, flags, mode), flags, there);
}
int openat64(int at, const char *path, int flags, ...) {
    MODE int there = THERE(at, path);
    return opened(REAL(openat64)(at, path, flags, mode), flags, there);
}
int close(int fd) {
    if (fd >= 0 && fd < FILES) kind[fd] = UNKNOWN;
    return REAL(close)(fd);
}

static ssize_t put(int fd, const void *bytes, size_t length, int64_t offset) {
    int64_t fits = fitting(fd, offset, (int64_t)length);
    if (fits < 0) return -1;
    ssize_t written = syscall(SYS_pwrite64, fd, bytes, (size_t)fits, offset);
    if (written > 0) keep('W', inode_of(fd), offset, bytes, written);
    return written;
}
ssize_t write(int fd, const void *bytes, size_t length) {
    if (known(fd) != FILE_BELOW) return REAL(write)(fd, bytes, length);
    int64_t offset = fcntl(fd, F_GETFL) & O_APPEND ? size_of(fd) : lseek(fd, 0, SEEK_CUR);
    ssize_t written = put(fd, bytes, length, offset);
    if (written > 0) lseek(fd, offset + written, SEEK_SET);
    return written;
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    return known(fd) == FILE_BELOW ? put(fd, bytes, length, offset) : REAL(pwrite)(fd, bytes, length, offset);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    return known(fd) == FILE_BELOW ? put(fd, bytes, length, offset) : REAL(pwrite64)(fd, bytes, length, offset);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (known(fd) == FILE_BELOW) keep('X', inode_of(fd), 0, NULL, 0);
    return REAL(writev)(fd, parts, count);
}
ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *where, size_t length, unsigned flags) {
    if (known(to) != FILE_BELOW) return REAL(copy_file_range)(from, at, to, where, length, flags);
    errno = ENOSYS;
    return -1;
}
ssize_t sendfile(int to, int from, off_t *at, size_t length) {
    if (known(to) == FILE_BELOW) {
        errno = ENOSYS;
        return -1;
    }
    return syscall(SYS_sendfile, to, from, at, length);
}

static int stretched(int fd, int64_t length) {
    if (known(fd) == FILE_BELOW && length > size_of(fd) && fitting(fd, size_of(fd), length - size_of(fd)) < length - size_of(fd)) {
        errno = ENOSPC;
        return -1;
    }
    int done = syscall(SYS_ftruncate, fd, length);
    if (!done && known(fd) == FILE_BELOW) keep('T', inode_of(fd), length, NULL, 0);
    return done;
}
int ftruncate(int fd, off_t length) { return stretched(fd, length); }
int ftruncate64(int fd, off64_t length) { return stretched(fd, length); }

static int forgotten_sync(int fd) {
    int64_t number = __atomic_add_fetch(&syncs, 1, __ATOMIC_SEQ_CST);
    uint64_t inode = inode_of(fd);
    keep('B', inode, number, NULL, 0);
    keep('E', inode, number, NULL, 0);
    return 0;
}
int fsync(int fd) { return known(fd) ? forgotten_sync(fd) : REAL(fsync)(fd); }
int fdatasync(int fd) { return known(fd) ? forgotten_sync(fd) : REAL(fdatasync)(fd); }

void *mmap64(void *where, size_t length, int protection, int flags, int fd, off64_t offset) {
    if ((protection & PROT_WRITE) && (flags & MAP_SHARED) && known(fd) == FILE_BELOW) keep('X', inode_of(fd), 0, NULL, 0);
    return REAL(mmap64)(where, length, protection, flags, fd, offset);
}
void *mmap(void *where, size_t length, int protection, int flags, int fd, off_t offset) {
    return mmap64(where, length, protection, flags, fd, offset);
}
int fallocate(int fd, int how, off_t offset, off_t length) {
    if (known(fd) == FILE_BELOW) keep('X', inode_of(fd), 0, NULL, 0);
    return REAL(fallocate)(fd, how, offset, length);
}

/* Paths are kept as the process wrote them: absolute ones only, which is what the program uses. */
int rename(const char *old, const char *new) {
    int done = REAL(rename)(old, new);
    if (!done && (below(old) || below(new))) {
        char both[2 * PATH_MAX];
        size_t first = strlen(old) + 1, second = strlen(new);
        memcpy(both, old, first);
        memcpy(both + first, new, second);
        keep('R', 0, 0, both, first + second);
    }
    return done;
}
int unlink(const char *path) {
    int done = REAL(unlink)(path);
    if (!done && below(path) && !shared_index(path)) keep('U', 0, 0, path, strlen(path));
    return done;
}
int unlinkat(int at, const char *path, int flags) {
    if (path[0] == '/' || at == AT_FDCWD) return flags & AT_REMOVEDIR ? rmdir(path) : unlink(path);
    if (known(at)) keep('X', 0, 0, NULL, 0);
    return REAL(unlinkat)(at, path, flags);
}
int mkdir(const char *path, mode_t mode) {
    int done = REAL(mkdir)(path, mode);
    if (!done && below(path)) {
        struct stat found;
        stat(path, &found);
        keep('M', found.st_ino, 0, path, strlen(path));
    }
    return done;
}
