/*
 * Keeps a record of what a disk holds for certain, for cutting the power of a Redis (start-power-cut-redis.ts).
 * Loaded into redis-server with LD_PRELOAD. A disk owes its user
 * - of a file's content only what was there when its last successful fsync began, and
 * - of a folder only the names that it held at its own last fsync: a new file, a rename or an unlink may be lost until then.
 * So the synced length of each file is noted by inode, which a rename keeps, and each fsync of the append-only folder
 * keeps a copy of the folder, made of hard links. Lengths say all for files that only grow, as those of Redis do.
 *
 * POWER_CUT_RECORD names the folder of the record: the table `synced`, then one folder per copy, named by its number.
 * POWER_CUT_FOLDER names the append-only folder. Both are on one file system. The table is shared memory without locks:
 * Redis forks while its threads sync, and is killed at any instruction.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* cut-to-synced.ts reads the same layout. */
#define SLOTS 4095
struct entry {
  _Atomic uint64_t inode;
  _Atomic uint64_t synced;
};
struct table {
  _Atomic uint64_t copy; /* the number of the last complete copy of the folder; 0: none */
  uint64_t unused;
  struct entry entries[SLOTS];
};

static struct table *table;
static dev_t device;
static int record = -1;
static const char *folder;

/*
 * The functions that the shim stands before. All are looked up at the start, since dlsym holds a lock, which a fork could
 * leave held for ever; and again by whoever is called even before that.
 */
#define DECLARE(name) static __typeof__(&name) next_##name;
#define LOOK_UP(name) if (!next_##name) next_##name = (__typeof__(&name))dlsym(RTLD_NEXT, #name);
#ifdef __GLIBC__
#define EACH(act) act(fsync) act(fdatasync) act(open) act(fopen) act(truncate) act(ftruncate) act(open64) act(fopen64) act(truncate64) act(ftruncate64)
#else
#define EACH(act) act(fsync) act(fdatasync) act(open) act(fopen) act(truncate) act(ftruncate)
#endif
EACH(DECLARE)

static void die(const char *what) {
  fprintf(stderr, "fsync-shim: %s: %s\n", what, strerror(errno));
  abort();
}

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("POWER_CUT_RECORD");
  struct stat info;
  EACH(LOOK_UP)
  if (!path || !getenv("POWER_CUT_FOLDER")) return;
  /* A copy: Redis writes its title over the environment. */
  folder = strdup(getenv("POWER_CUT_FOLDER"));
  record = next_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (record < 0 || fstat(record, &info) != 0) die(path);
  device = info.st_dev;
  int file = openat(record, "synced", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || next_ftruncate(file, sizeof(struct table)) != 0) die("synced");
  table = mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (table == MAP_FAILED) die("mmap");
  close(file);
}

/* The entry of an inode; with `add`, a new one where there is none. */
static struct entry *find(uint64_t inode, int add) {
  for (uint64_t step = 0; step < SLOTS; step++) {
    struct entry *entry = &table->entries[(inode + step) % SLOTS];
    uint64_t found = atomic_load(&entry->inode);
    if (found == 0 && !add) return NULL;
    if (found == 0 && atomic_compare_exchange_strong(&entry->inode, &found, inode)) return entry;
    if (found == inode) return entry;
  }
  die("the table is full");
  return NULL;
}

static int is_ours(const struct stat *info) {
  return table && S_ISREG(info->st_mode) && info->st_dev == device;
}

/* What lies beyond `length` is gone, or was never there: an inode is used again by later files. */
static void forget_beyond(const struct stat *info, uint64_t length) {
  struct entry *entry = is_ours(info) ? find(info->st_ino, 0) : NULL;
  if (!entry) return;
  uint64_t synced = atomic_load(&entry->synced);
  while (synced > length && !atomic_compare_exchange_weak(&entry->synced, &synced, length)) continue;
}

static void note_opened(int fd) {
  int before = errno;
  struct stat info;
  if (table && fd >= 0 && fstat(fd, &info) == 0 && info.st_size == 0) forget_beyond(&info, 0);
  errno = before;
}

static void remove_copy(const char *name) {
  int fd = openat(record, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  DIR *dir = fdopendir(fd);
  if (!dir) die("fdopendir");
  for (struct dirent *one; (one = readdir(dir));) unlinkat(fd, one->d_name, 0);
  closedir(dir);
  unlinkat(record, name, AT_REMOVEDIR);
}

/* Only a copy that the table names is complete, so a kill at any point leaves the last one valid. */
static void copy_folder(void) {
  char name[32], old[32];
  uint64_t last = atomic_load(&table->copy);
  snprintf(old, sizeof old, "%llu", (unsigned long long)last);
  snprintf(name, sizeof name, "%llu", (unsigned long long)last + 1);
  remove_copy(name);
  if (mkdirat(record, name, 0700) != 0) die("mkdir");
  int to = openat(record, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int from = openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = from < 0 ? NULL : fdopendir(from);
  if (to < 0 || !dir) die(folder);
  for (struct dirent *one; (one = readdir(dir));) {
    if (one->d_name[0] == '.') continue;
    /* A thread of Redis removes old files meanwhile; what it removed is named by nobody any more. */
    if (linkat(from, one->d_name, to, one->d_name, 0) != 0 && errno != ENOENT) die("link");
  }
  closedir(dir);
  close(to);
  atomic_store(&table->copy, last + 1);
  remove_copy(old);
}

static int sync_with(int (*sync)(int), int fd) {
  struct stat info, own;
  /* Before the sync: what is appended while it runs may or may not be included. */
  int known = table && fstat(fd, &info) == 0;
  int result = sync(fd);
  if (result != 0 || !known) return result;
  if (is_ours(&info)) {
    struct entry *entry = find(info.st_ino, 1);
    uint64_t length = (uint64_t)info.st_size, synced = atomic_load(&entry->synced);
    while (synced < length && !atomic_compare_exchange_weak(&entry->synced, &synced, length)) continue;
  } else if (S_ISDIR(info.st_mode) && stat(folder, &own) == 0 && own.st_ino == info.st_ino && own.st_dev == info.st_dev) {
    copy_folder();
  }
  return result;
}

int fsync(int fd) {
  LOOK_UP(fsync)
  return sync_with(next_fsync, fd);
}

int fdatasync(int fd) {
  LOOK_UP(fdatasync)
  return sync_with(next_fdatasync, fd);
}

/* Redis is built for files of any size, so that on glibc it calls the names that end in 64. */
#define STAND_BEFORE(open, fopen, truncate, ftruncate, offset)                \
  int open(const char *path, int flags, ...) {                                \
    va_list rest;                                                             \
    LOOK_UP(open)                                                             \
    va_start(rest, flags);                                                    \
    int fd = next_##open(path, flags, flags & O_CREAT ? va_arg(rest, mode_t) : 0); \
    va_end(rest);                                                             \
    note_opened(fd);                                                          \
    return fd;                                                                \
  }                                                                           \
  FILE *fopen(const char *path, const char *mode) {                           \
    LOOK_UP(fopen)                                                            \
    FILE *file = next_##fopen(path, mode);                                    \
    if (file) note_opened(fileno(file));                                      \
    return file;                                                              \
  }                                                                           \
  int truncate(const char *path, offset length) {                             \
    struct stat info;                                                         \
    LOOK_UP(truncate)                                                         \
    int result = next_##truncate(path, length);                               \
    if (result == 0 && stat(path, &info) == 0) forget_beyond(&info, length);  \
    return result;                                                            \
  }                                                                           \
  int ftruncate(int fd, offset length) {                                      \
    struct stat info;                                                         \
    LOOK_UP(ftruncate)                                                        \
    int result = next_##ftruncate(fd, length);                                \
    if (result == 0 && fstat(fd, &info) == 0) forget_beyond(&info, length);   \
    return result;                                                            \
  }

STAND_BEFORE(open, fopen, truncate, ftruncate, off_t)
#ifdef __GLIBC__
STAND_BEFORE(open64, fopen64, truncate64, ftruncate64, off64_t)
#endif
