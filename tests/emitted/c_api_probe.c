/* Uses a model called "probe" through its C interface, for test_c_api.py: first argument what to do, results on stdout.
 * C99 but for POSIX's threads. */

#define _POSIX_C_SOURCE 200809L

#include "c_probe.h"

#include <pthread.h>
#include <time.h>

/* Defined by watch_allocations.cpp where it is preloaded. */
extern unsigned long watched_allocations(void) __attribute__((weak));

/* Logits after the prompt and after each of the last STEPS tokens, float32, to a file. Again and again with the same
 * instance: every round must write the same. */
static void *write_logits(void *argument) {
  const struct job *job = argument;
  probe_instance *model = create(job->threads);
  const size_t row = PROBE_VOCABULARY;
  float *logits = malloc((STEPS + 1) * row * sizeof *logits);
  for (int round = 0; round < job->rounds; ++round) {
    probe_reset(model);
    REQUIRE(probe_position(model) == 0);
    REQUIRE(probe_prefill(model, job->ids, job->count - STEPS, logits) == PROBE_OK);
    for (int step = 0; step < STEPS; ++step)
      REQUIRE(probe_step(model, job->ids[job->count - STEPS + step], logits + (size_t)(step + 1) * row) == PROBE_OK);
    REQUIRE(probe_position(model) == job->count);
    FILE *file = fopen(job->file, "wb");
    REQUIRE(file != NULL && fwrite(logits, sizeof *logits, (STEPS + 1) * row, file) == (STEPS + 1) * row);
    fclose(file);
  }
  free(logits);
  probe_destroy(model);
  return NULL;
}

/* two IDS FILE IDS FILE: two instances at the same time. */
static void two(char **arguments) {
  static struct job jobs[2];
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) {
    read_ids(&jobs[i], arguments[2 * i]);
    jobs[i].file = arguments[2 * i + 1];
    jobs[i].threads = i + 1;
    jobs[i].rounds = 5;
    REQUIRE(pthread_create(&threads[i], NULL, write_logits, &jobs[i]) == 0);
  }
  for (int i = 0; i < 2; ++i)
    pthread_join(threads[i], NULL);
}

static probe_instance *cancelled_model;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int cancelled;

/* Short prefills until one is cancelled. */
static void *run_until_cancelled(void *argument) {
  const struct job *job = argument;
  int code = PROBE_OK;
  while (code == PROBE_OK) {
    if (probe_position(cancelled_model) + job->count > PROBE_CONTEXT)
      probe_reset(cancelled_model); /* may take a wish back: it is uttered again */
    const int32_t before = probe_position(cancelled_model);
    code = probe_prefill(cancelled_model, job->ids, job->count, NULL);
    REQUIRE(probe_position(cancelled_model) == before + (code == PROBE_OK ? job->count : 0));
  }
  REQUIRE(code == PROBE_CANCELLED);
  require_said(cancelled_model, "cancelled");
  pthread_mutex_lock(&mutex);
  cancelled = 1;
  pthread_mutex_unlock(&mutex);
  return NULL;
}

/* cancel IDS FILE: from another thread, then before a call; afterwards the instance is as good as before. */
static void cancel(char **arguments) {
  static struct job job;
  pthread_t thread;
  read_ids(&job, arguments[0]);
  cancelled_model = create(2);
  REQUIRE(pthread_create(&thread, NULL, run_until_cancelled, &job) == 0);
  for (int done = 0; !done;) {
    const struct timespec pause = {0, 3000000};
    nanosleep(&pause, NULL);
    probe_cancel(cancelled_model);
    pthread_mutex_lock(&mutex);
    done = cancelled;
    pthread_mutex_unlock(&mutex);
  }
  pthread_join(thread, NULL);

  float *logits = malloc(PROBE_VOCABULARY * sizeof *logits);
  probe_reset(cancelled_model); /* the last wish may have come too late for the thread */
  probe_cancel(cancelled_model);
  REQUIRE(probe_step(cancelled_model, job.ids[0], logits) == PROBE_CANCELLED);
  REQUIRE(probe_position(cancelled_model) == 0);
  REQUIRE(probe_step(cancelled_model, job.ids[0], logits) == PROBE_OK); /* obeyed once */
  probe_cancel(cancelled_model);
  probe_reset(cancelled_model);
  REQUIRE(probe_prefill(cancelled_model, job.ids, job.count - 1, NULL) == PROBE_OK); /* taken back */
  probe_cancel(cancelled_model);
  REQUIRE(probe_prefill(cancelled_model, job.ids, job.count, NULL) == PROBE_CANCELLED);
  REQUIRE(probe_position(cancelled_model) == job.count - 1);
  REQUIRE(probe_step(cancelled_model, job.ids[job.count - 1], logits) == PROBE_OK);
  FILE *file = fopen(arguments[1], "wb");
  REQUIRE(file != NULL && fwrite(logits, sizeof *logits, PROBE_VOCABULARY, file) == PROBE_VOCABULARY);
  fclose(file);
  free(logits);
  probe_destroy(cancelled_model);
}

/* Errors are codes and sentences. The first argument is a weights file of another model. */
static void errors(char **arguments) {
  probe_instance *model = (probe_instance *)&model;
  char error[512], little[8];
  REQUIRE(probe_create("/nowhere/x.weights", 1, 0, &model, error, sizeof error) == PROBE_CANNOT_START);
  REQUIRE(model == NULL && strstr(error, "cannot open weights file '/nowhere/x.weights': No such file") != NULL);
  REQUIRE(probe_create("/nowhere/x.weights", 1, 0, &model, little, sizeof little) == PROBE_CANNOT_START);
  REQUIRE(strcmp(little, "cannot ") == 0);
  REQUIRE(probe_create("/nowhere/x.weights", 1, 0, &model, NULL, 0) == PROBE_CANNOT_START);
  REQUIRE(probe_create(arguments[0], 1, 0, &model, error, sizeof error) == PROBE_CANNOT_START);
  REQUIRE(strstr(error, "is another model's") != NULL);
  REQUIRE(probe_create(NULL, -1, 0, &model, error, sizeof error) == PROBE_BAD_ARGUMENT);
  REQUIRE(probe_create(NULL, 257, 0, &model, error, sizeof error) == PROBE_BAD_ARGUMENT);
  REQUIRE(strstr(error, "1 to 256") != NULL && model == NULL);
  REQUIRE(probe_create(NULL, 1, 6, &model, error, sizeof error) == PROBE_BAD_ARGUMENT);
  REQUIRE(strcmp(error, "there are no flags 0x6") == 0);
  probe_destroy(NULL);

  static int32_t ids[PROBE_CONTEXT + 1];
  model = create(1);
  REQUIRE(probe_error(model)[0] == '\0');
  REQUIRE(probe_prefill(model, ids, 0, NULL) == PROBE_BAD_ARGUMENT);
  REQUIRE(probe_prefill(model, NULL, 1, NULL) == PROBE_BAD_ARGUMENT);
  REQUIRE(probe_step(model, -1, NULL) == PROBE_BAD_ARGUMENT);
  REQUIRE(probe_step(model, PROBE_VOCABULARY, NULL) == PROBE_BAD_ARGUMENT);
  require_said(model, "vocabulary has");
  ids[2] = PROBE_VOCABULARY;
  REQUIRE(probe_prefill(model, ids, 3, NULL) == PROBE_BAD_ARGUMENT);
  ids[2] = 0;
  REQUIRE(probe_position(model) == 0);
  REQUIRE(probe_prefill(model, ids, PROBE_CONTEXT + 1, NULL) == PROBE_CONTEXT_FULL);
  REQUIRE(probe_prefill(model, ids, PROBE_CONTEXT, NULL) == PROBE_OK);
  REQUIRE(probe_step(model, 0, NULL) == PROBE_CONTEXT_FULL);
  require_said(model, "the context holds");
  REQUIRE(probe_position(model) == PROBE_CONTEXT);
  REQUIRE(probe_go_back(model, -1) == PROBE_BAD_ARGUMENT);
  REQUIRE(probe_go_back(model, PROBE_CONTEXT + 1) == PROBE_BAD_ARGUMENT);
  require_said(model, "no way back to");
  probe_destroy(model);
}

/* tokens TEXT SPECIAL: ids of a text, then the text of the ids. */
static void tokens(char **arguments) {
  probe_instance *model = create(1);
  int32_t ids[64];
  char text[64];
  size_t count = 0, bytes = 0;
  REQUIRE(probe_tokenize(model, arguments[0], strlen(arguments[0]), atoi(arguments[1]), ids, 64, &count) == PROBE_OK);
  for (size_t i = 0; i < count; ++i)
    printf("%s%d", i > 0 ? "," : "", (int)ids[i]);
  REQUIRE(probe_detokenize(model, ids, count, text, sizeof text, &bytes) == PROBE_OK && bytes < sizeof text);
  printf("\n%.*s\n", (int)bytes, text);

  /* Not enough room: told how much it takes, nothing is written beyond the end. */
  const size_t all = bytes, all_ids = count;
  text[1] = '#';
  ids[1] = -7;
  REQUIRE(probe_detokenize(model, ids, 1, text, 0, &bytes) == PROBE_OK && bytes > 0);
  REQUIRE(probe_tokenize(model, arguments[0], strlen(arguments[0]), atoi(arguments[1]), ids, 1, &count) == PROBE_OK);
  REQUIRE(count == all_ids && ids[1] == -7);
  REQUIRE(probe_tokenize(model, arguments[0], strlen(arguments[0]), atoi(arguments[1]), ids, 64, &count) == PROBE_OK);
  REQUIRE(probe_detokenize(model, ids, count, text, 1, &bytes) == PROBE_OK && bytes == all && text[1] == '#');
  probe_destroy(model);
}

/* Bytes of this process's mappings that no file stands behind, but for the heap of malloc, and of those of a file. */
struct mapped {
  unsigned long long anonymous, weights;
};

static struct mapped mappings(void) {
  struct mapped found = {0, 0};
  char line[512];
  FILE *maps = fopen("/proc/self/maps", "r");
  REQUIRE(maps != NULL);
  while (fgets(line, sizeof line, maps) != NULL) {
    unsigned long long first, last, inode;
    int path = 0;
    REQUIRE(sscanf(line, "%llx-%llx %*s %*s %*s %llu %n", &first, &last, &inode, &path) == 3);
    if (strstr(line + path, "probe.weights") != NULL)
      found.weights += last - first;
    else if (inode == 0 && line[path] != '[')
      found.anonymous += last - first;
  }
  fclose(maps);
  return found;
}

static void *parked(void *barrier) {
  pthread_barrier_wait(barrier);
  return NULL;
}

/* memory THREADS IDS: what create maps, what a thread with the stack that is stated maps, and what is mapped and
 * allocated after create. */
static void memory(char **arguments) {
  static struct job job;
  read_ids(&job, arguments[1]);
  free(malloc(1)); /* stdio and malloc have started */
  mappings();
  pthread_barrier_t barrier;
  pthread_attr_t attributes;
  pthread_t thread;
  const struct mapped alone = mappings();
  pthread_barrier_init(&barrier, NULL, 2);
  REQUIRE(pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, PROBE_STACK_BYTES) == 0);
  REQUIRE(pthread_create(&thread, &attributes, parked, &barrier) == 0);
  const struct mapped before = mappings();

  probe_instance *model = create(atoi(arguments[0]));
  float *logits = malloc(PROBE_VOCABULARY * sizeof *logits);
  const struct mapped made = mappings();
  const unsigned long allocations = watched_allocations();
  REQUIRE(probe_prefill(model, job.ids, job.count - STEPS, logits) == PROBE_OK);
  for (int step = STEPS; step > 0; --step)
    REQUIRE(probe_step(model, job.ids[job.count - step], logits) == PROBE_OK);
  probe_reset(model);
  REQUIRE(probe_step(model, job.ids[0], logits) == PROBE_OK);
  const unsigned long more = watched_allocations() - allocations;
  const struct mapped after = mappings();

  printf("{\"stated_stack\": %llu, ", (unsigned long long)PROBE_STACK_BYTES);
  printf("\"stack\": %llu, \"created\": %llu, \"weights\": %llu, \"later\": %lld, \"allocations\": %lu, ",
         before.anonymous - alone.anonymous, made.anonymous - before.anonymous, made.weights,
         (long long)(after.anonymous - made.anonymous), more);
  printf("\"file_bytes\": %llu, \"cache\": %llu, \"activations\": %llu, \"scratch\": %llu, \"watching\": %lu}\n",
         (unsigned long long)PROBE_WEIGHTS_FILE_BYTES, (unsigned long long)PROBE_CACHE_BYTES,
         (unsigned long long)PROBE_ACTIVATION_BYTES, (unsigned long long)PROBE_SCRATCH_BYTES, allocations);
  pthread_barrier_wait(&barrier);
  pthread_join(thread, NULL);
  free(logits);
  probe_destroy(model);
}

static char *stack_start;

/* The thread whose stack was filled. It takes part in all work as worker 0. */
static void *use_everything(void *argument) {
  struct job *job = argument;
  probe_instance *model = create(job->threads);
  int32_t ids[64];
  char text[64];
  size_t count = 0;
  float *logits = malloc(PROBE_VOCABULARY * sizeof *logits);
  REQUIRE(probe_prefill(model, job->ids, job->count - STEPS, logits) == PROBE_OK);
  for (int step = STEPS; step > 0; --step)
    REQUIRE(probe_step(model, job->ids[job->count - step], logits) == PROBE_OK);
  REQUIRE(probe_tokenize(model, "the in<|im_end|>", 16, 1, ids, 64, &count) == PROBE_OK);
  REQUIRE(probe_detokenize(model, ids, count, text, sizeof text, &count) == PROBE_OK);
  free(logits);
  probe_destroy(model);
  return NULL;
}

/* stack THREADS IDS: how deep a thread's stack is used, which a pattern on it tells, by everything that it may do. */
static void stack(char **arguments) {
  static struct job job;
  const size_t bytes = (size_t)8 << 20;
  pthread_attr_t attributes;
  pthread_t thread;
  read_ids(&job, arguments[1]);
  job.threads = atoi(arguments[0]);
  REQUIRE(posix_memalign((void **)&stack_start, 4096, bytes) == 0);
  memset(stack_start, 0xa5, bytes);
  REQUIRE(pthread_attr_init(&attributes) == 0 && pthread_attr_setstack(&attributes, stack_start, bytes) == 0);
  REQUIRE(pthread_create(&thread, &attributes, use_everything, &job) == 0);
  pthread_join(thread, NULL);
  size_t untouched = 0;
  while (untouched < bytes && stack_start[untouched] == (char)0xa5)
    ++untouched;
  printf("{\"used\": %llu, \"stated\": %llu}\n", (unsigned long long)(bytes - untouched),
         (unsigned long long)PROBE_STACK_BYTES);
  free(stack_start);
}

int main(int count, char **arguments) {
  REQUIRE(count > 1);
  static const struct {
    const char *name;
    void (*run)(char **arguments);
  } commands[] = {{"two", two},       {"cancel", cancel}, {"errors", errors},
                  {"tokens", tokens}, {"memory", memory}, {"stack", stack}};
  for (size_t i = 0; i < sizeof commands / sizeof *commands; ++i)
    if (strcmp(arguments[1], commands[i].name) == 0) {
      commands[i].run(arguments + 2);
      return 0;
    }
  return 2;
}
