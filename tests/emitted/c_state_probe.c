/* States of a model called "probe" through its C interface: forked processes, branches, ways back, saved states, chats.
 * For test_c_api_state.py: first argument what to do. C99 but for POSIX's threads and processes. */

#define _POSIX_C_SOURCE 200809L

#include "c_probe.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

/* Tokens of a list one after the other, logits of the last: what every other way must come to. */
static float *plain_logits(const struct job *job) {
  probe_instance *model = create(1);
  float *logits = malloc(PROBE_VOCABULARY * sizeof *logits);
  for (int32_t i = 0; i < job->count; ++i)
    REQUIRE(probe_step(model, job->ids[i], logits) == PROBE_OK);
  probe_destroy(model);
  return logits;
}

#define REQUIRE_SAME(found, wanted) REQUIRE(memcmp(found, wanted, PROBE_VOCABULARY * sizeof *(wanted)) == 0)

/* forked THREADS IDS: parent and child go on from the same tokens, each with threads of its own. */
static void forked(char **arguments) {
  static struct job job;
  static float logits[PROBE_VOCABULARY];
  read_ids(&job, arguments[1]);
  float *wanted = plain_logits(&job);
  probe_instance *model = create(atoi(arguments[0]));
  REQUIRE(probe_prefill(model, job.ids, job.count - STEPS, NULL) == PROBE_OK);
  for (int uses = 0; uses < 2; ++uses) { /* the one that does not use it can free it */
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      alarm(30); /* instead of a hang */
      for (int step = uses ? STEPS : 0; step > 0; --step)
        REQUIRE(probe_step(model, job.ids[job.count - step], logits) == PROBE_OK);
      if (uses)
        REQUIRE_SAME(logits, wanted);
      probe_destroy(model);
      exit(0);
    }
    int status = 1;
    REQUIRE(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  REQUIRE(probe_prefill(model, job.ids + job.count - STEPS, STEPS, logits) == PROBE_OK);
  REQUIRE_SAME(logits, wanted);
  probe_destroy(model);
  free(wanted);
}

struct follower {
  probe_instance *model;
  const struct job *job;
  float logits[PROBE_VOCABULARY];
};

static void *follow(void *argument) {
  struct follower *follower = argument;
  const struct job *job = follower->job;
  for (int32_t i = probe_position(follower->model); i < job->count; ++i)
    REQUIRE(probe_step(follower->model, job->ids[i], follower->logits) == PROBE_OK);
  return NULL;
}

/* branches THREADS IDS: ways back, and branches that go on at once from one prompt, come to what one instance does. */
static void branches(char **arguments) {
  static struct job jobs[3];
  static struct follower followers[3];
  pthread_t threads[3];
  probe_instance *model = create(atoi(arguments[0]));
  for (int i = 0; i < 3; ++i) {
    read_ids(&jobs[i], arguments[1]);
    for (int32_t k = jobs[i].count / 2; k < jobs[i].count; ++k)
      jobs[i].ids[k] = (jobs[i].ids[k] + 7 * i) % PROBE_VOCABULARY;
  }
  REQUIRE(probe_prefill(model, jobs[1].ids, jobs[1].count, NULL) == PROBE_OK);
  REQUIRE(probe_go_back(model, jobs[1].count / 2) == PROBE_OK && probe_position(model) == jobs[1].count / 2);
  for (int i = 0; i < 3; ++i) {
    followers[i].job = &jobs[i];
    if (i > 0)
      REQUIRE(probe_branch(model, &followers[i].model) == PROBE_OK);
  }
  followers[0].model = model;
  probe_instance *idle = NULL;
  REQUIRE(probe_branch(model, &idle) == PROBE_OK);
  for (int i = 0; i < 3; ++i)
    REQUIRE(pthread_create(&threads[i], NULL, follow, &followers[i]) == 0);
  probe_destroy(idle); /* while the others are at work */
  for (int i = 0; i < 3; ++i) {
    pthread_join(threads[i], NULL);
    float *wanted = plain_logits(&jobs[i]);
    REQUIRE_SAME(followers[i].logits, wanted);
    free(wanted);
    probe_destroy(followers[i].model); /* in any order */
  }
}

/* read FILE: a weights file that is read may be cut while it is used; nothing else of it matters any more. */
static void read_weights(char **arguments) {
  probe_instance *model = NULL;
  char error[512];
  static float before[PROBE_VOCABULARY], after[PROBE_VOCABULARY];
  REQUIRE(probe_create(arguments[0], 2, PROBE_READ_WEIGHTS, &model, error, sizeof error) == PROBE_OK);
  REQUIRE(probe_step(model, 5, before) == PROBE_OK);
  REQUIRE(truncate(arguments[0], 10) == 0);
  probe_reset(model);
  REQUIRE(probe_step(model, 5, after) == PROBE_OK);
  REQUIRE_SAME(before, after);
  probe_destroy(model);
  REQUIRE(probe_create(arguments[0], 2, PROBE_READ_WEIGHTS, &model, error, sizeof error) == PROBE_CANNOT_START);
  REQUIRE(strstr(error, "is cut: it has 10 bytes") != NULL);
}

/* A file of bytes. */
static void write_file(const char *path, const void *data, size_t bytes) {
  FILE *file = fopen(path, "wb");
  REQUIRE(file != NULL && fwrite(data, 1, bytes, file) == bytes && fclose(file) == 0);
}

/* Takes the last tokens of the job and compares with who has computed everything. */
static void finish_the_same(probe_instance *model, const struct job *job, const float *wanted) {
  static float logits[PROBE_VOCABULARY];
  for (int32_t i = probe_position(model); i < job->count; ++i)
    REQUIRE(probe_step(model, job->ids[i], logits) == PROBE_OK);
  REQUIRE_SAME(logits, wanted);
}

/* states THREADS IDS FILE: saved to a file and to memory, restored elsewhere, refused when they are damaged. */
static void states(char **arguments) {
  static struct job job;
  const char *path = arguments[2];
  read_ids(&job, arguments[1]);
  float *wanted = plain_logits(&job);
  probe_instance *model = create(atoi(arguments[0])), *other = create(1);
  REQUIRE(probe_prefill(model, job.ids, job.count - STEPS, NULL) == PROBE_OK);
  REQUIRE(probe_save(model, path) == PROBE_OK);
  const uint64_t bytes = probe_state_bytes(model);
  char *memory = malloc(bytes + 1); /* not aligned */
  REQUIRE(probe_save_to(model, memory + 1, bytes - 1) == PROBE_BAD_ARGUMENT);
  REQUIRE(probe_save_to(model, memory + 1, bytes) == PROBE_OK);
  finish_the_same(model, &job, wanted);

  REQUIRE(probe_step(other, 7, NULL) == PROBE_OK);
  REQUIRE(probe_restore(other, path) == PROBE_OK && probe_position(other) == job.count - STEPS);
  finish_the_same(other, &job, wanted);
  probe_reset(other);
  REQUIRE(probe_restore_from(other, memory + 1, bytes) == PROBE_OK);
  REQUIRE(probe_go_back(other, 20) == PROBE_OK);
  finish_the_same(other, &job, wanted);

  /* The likeliest token comes from the last token, whoever computed it. */
  probe_piece a, b;
  REQUIRE(probe_restore(other, path) == PROBE_OK && probe_go_back(model, job.count - STEPS) == PROBE_OK);
  REQUIRE(probe_next(model, &a) == PROBE_OK && probe_next(other, &b) == PROBE_OK && a.id == b.id);

  /* Every damage is refused, and changes nothing. */
  REQUIRE(probe_restore(other, path) == PROBE_OK);
  unsigned random = 1;
  for (int round = 0; round < 300; ++round) {
    random = random * 1103515245u + 12345u;
    const uint64_t at = round < 52 ? (uint64_t)round : 64 + random % (bytes - 64);
    memory[1 + at] ^= (char)(1 << round % 8);
    REQUIRE(probe_restore_from(other, memory + 1, bytes) == PROBE_BAD_ARGUMENT);
    require_said(other, "the saved state ");
    memory[1 + at] ^= (char)(1 << round % 8);
    REQUIRE(probe_restore_from(other, memory + 1, random % bytes) == PROBE_BAD_ARGUMENT);
    require_said(other, "cut");
  }
  write_file(path, memory + 1, bytes / 2);
  REQUIRE(probe_restore(other, path) == PROBE_BAD_ARGUMENT);
  require_said(other, "state file '");
  REQUIRE(probe_restore(other, "/nowhere/state") == PROBE_BAD_ARGUMENT);
  require_said(other, "cannot open state file '/nowhere/state': No such file");
  REQUIRE(probe_save(other, "/nowhere/state") == PROBE_BAD_ARGUMENT);
  require_said(other, "cannot write '/nowhere/state.part': No such file");
  finish_the_same(other, &job, wanted);
  REQUIRE(probe_restore_from(other, memory + 1, bytes) == PROBE_OK);
  probe_destroy(other);
  probe_destroy(model);
  free(memory);
  free(wanted);
}

static void say(probe_instance *model, int role, const char *text) {
  REQUIRE(probe_say(model, role, text, strlen(text)) == PROBE_OK);
}

/* Prints an answer of at most so many tokens. */
static void answer(probe_instance *model, int most) {
  probe_piece piece = {0, PROBE_END_NONE, NULL, 0};
  for (int tokens = 0; piece.end == PROBE_END_NONE && tokens < most; ++tokens) {
    REQUIRE(probe_next(model, &piece) == PROBE_OK);
    fwrite(piece.text, 1, piece.bytes, stdout);
  }
  if (piece.end == PROBE_END_NONE) {
    REQUIRE(probe_end_answer(model, &piece) == PROBE_OK);
    fwrite(piece.text, 1, piece.bytes, stdout);
  }
  putchar('\n');
}

/* chat TOKENS SYSTEM TEXT TEXT: two turns, sampled, the second one twice: again after a way back, and in a branch. */
static void chat(char **arguments) {
  const int most = atoi(arguments[0]);
  const char *const stops[] = {"the end", "fin"};
  probe_instance *model = create(2), *branch = NULL;
  probe_sampling sampling;
  probe_default_sampling(&sampling);
  REQUIRE(sampling.temperature == 0 && sampling.top_p == 1 && sampling.repeat_penalty == 1);
  sampling.temperature = 0.8f;
  sampling.top_k = 40;
  sampling.min_p = 0.01f;
  sampling.repeat_penalty = 1.1f;
  sampling.seed = 3;
  REQUIRE(probe_set_sampling(model, &sampling) == PROBE_OK && probe_set_stops(model, stops, 2) == PROBE_OK);
  say(model, PROBE_SYSTEM, arguments[1]);
  say(model, PROBE_USER, arguments[2]);
  answer(model, most);
  REQUIRE(probe_branch(model, &branch) == PROBE_OK);
  REQUIRE(probe_set_sampling(model, &sampling) == PROBE_OK && probe_set_sampling(branch, &sampling) == PROBE_OK);
  const int32_t before = probe_position(model);
  say(model, PROBE_USER, arguments[3]);
  answer(model, most);
  say(branch, PROBE_USER, arguments[3]);
  answer(branch, most);
  probe_destroy(branch);
  REQUIRE(probe_go_back(model, before) == PROBE_OK);
  probe_destroy(model);
}

/* history USER ASSISTANT USER RENDERED: a conversation that was told has the tokens that the template gives. */
static void history(char **arguments) {
  static int32_t ids[PROBE_CONTEXT];
  static float logits[PROBE_VOCABULARY], told[PROBE_VOCABULARY];
  size_t count = 0;
  probe_instance *model = create(1);
  probe_piece piece;
  say(model, PROBE_USER, arguments[0]);
  say(model, PROBE_ASSISTANT, arguments[1]);
  say(model, PROBE_USER, arguments[2]);
  REQUIRE(probe_position(model) == 0);
  REQUIRE(probe_save(model, "x") == PROBE_BAD_ARGUMENT && probe_step(model, 1, NULL) == PROBE_BAD_ARGUMENT);
  require_said(model, "waits for its answer");
  REQUIRE(probe_next(model, &piece) == PROBE_OK && probe_log_probabilities(model, told) == PROBE_OK);
  const int32_t position = probe_position(model);
  probe_reset(model);
  REQUIRE(probe_tokenize(model, arguments[3], strlen(arguments[3]), 1, ids, PROBE_CONTEXT, &count) == PROBE_OK);
  REQUIRE(position == (int32_t)count && probe_prefill(model, ids, position, NULL) == PROBE_OK);
  REQUIRE(probe_log_probabilities(model, logits) == PROBE_OK);
  REQUIRE_SAME(told, logits);
  probe_destroy(model);
}

/* hidden IDS FILE: the hidden state and the logits after all tokens; the same after a way back and in chunks. */
static void hidden(char **arguments) {
  static struct job job;
  static float state[PROBE_HIDDEN_SIZE], again[PROBE_HIDDEN_SIZE], logits[PROBE_VOCABULARY];
  probe_instance *model = create(2);
  read_ids(&job, arguments[0]);
  REQUIRE(probe_hidden_state(model, state) == PROBE_BAD_ARGUMENT);
  for (int32_t i = 0; i < job.count; ++i)
    REQUIRE(probe_step(model, job.ids[i], logits) == PROBE_OK);
  REQUIRE(probe_hidden_state(model, state) == PROBE_OK);
  FILE *file = fopen(arguments[1], "wb");
  REQUIRE(file != NULL && fwrite(state, sizeof *state, PROBE_HIDDEN_SIZE, file) == PROBE_HIDDEN_SIZE);
  REQUIRE(fwrite(logits, sizeof *logits, PROBE_VOCABULARY, file) == PROBE_VOCABULARY && fclose(file) == 0);
  REQUIRE(probe_step(model, 1, NULL) == PROBE_OK && probe_go_back(model, job.count) == PROBE_OK);
  REQUIRE(probe_hidden_state(model, again) == PROBE_OK && memcmp(state, again, sizeof state) == 0);
  probe_reset(model);
  REQUIRE(probe_prefill(model, job.ids, job.count, NULL) == PROBE_OK);
  REQUIRE(probe_hidden_state(model, again) == PROBE_OK && memcmp(state, again, sizeof state) == 0);
  REQUIRE(probe_number(PROBE_NUMBER_HIDDEN_SIZE) == PROBE_HIDDEN_SIZE);
  probe_destroy(model);
}

/* rows THREADS IDS: logits of all tokens at once are those of steps; a token that was chosen before gets no row. */
static void rows(char **arguments) {
  static struct job job;
  static float wanted[PROBE_CONTEXT][PROBE_VOCABULARY], found[PROBE_CONTEXT][PROBE_VOCABULARY];
  probe_instance *model = create(atoi(arguments[0]));
  probe_piece piece;
  read_ids(&job, arguments[1]);
  const int32_t first = 2, rest = job.count - first;
  const size_t bytes = sizeof *wanted * (size_t)rest;
  REQUIRE(probe_prefill(model, job.ids, first, NULL) == PROBE_OK && probe_next(model, &piece) == PROBE_OK);
  REQUIRE(probe_step(model, job.ids[first], wanted[0]) == PROBE_OK && probe_position(model) == first + 2);
  for (int32_t i = 1; i < rest; ++i)
    REQUIRE(probe_step(model, job.ids[first + i], wanted[i]) == PROBE_OK);

  REQUIRE(probe_go_back(model, first) == PROBE_OK && probe_next(model, &piece) == PROBE_OK);
  REQUIRE(probe_prefill_all(model, job.ids + first, rest, *found) == PROBE_OK);
  REQUIRE(probe_position(model) == job.count + 1 && memcmp(found, wanted, bytes) == 0);

  const int32_t id = PROBE_VOCABULARY, before = probe_position(model);
  REQUIRE(probe_prefill_all(model, job.ids, 1, NULL) == PROBE_BAD_ARGUMENT);
  require_said(model, "no place for the logits");
  REQUIRE(probe_prefill_all(model, &id, 1, *found) == PROBE_BAD_ARGUMENT);
  REQUIRE(probe_prefill_all(model, job.ids, 0, *found) == PROBE_BAD_ARGUMENT);
  probe_cancel(model);
  REQUIRE(probe_prefill_all(model, job.ids, 2, *found) == PROBE_CANCELLED && probe_position(model) == before);
  REQUIRE(probe_prefill_all(model, job.ids, job.count, *found) ==
          (2 * job.count < PROBE_CONTEXT ? PROBE_OK : PROBE_CONTEXT_FULL));
  probe_destroy(model);
}

/* refusals: what cannot be said, chosen or forgotten. */
static void refusals(char **arguments) {
  (void)arguments;
  static float likely[PROBE_VOCABULARY], logits[PROBE_VOCABULARY];
  static char long_text[4 * PROBE_CONTEXT];
  const char *const empty[] = {"x", ""};
  probe_instance *model = create(1);
  probe_piece piece = {5, 5, NULL, 5};
  probe_sampling sampling;
  REQUIRE(probe_next(model, &piece) == PROBE_BAD_ARGUMENT && piece.id == -1 && piece.bytes == 0);
  require_said(model, "no token to go on from");
  REQUIRE(probe_log_probabilities(model, likely) == PROBE_BAD_ARGUMENT);
  REQUIRE(probe_say(model, 4, "x", 1) == PROBE_BAD_ARGUMENT && probe_say(model, -1, "x", 1) == PROBE_BAD_ARGUMENT);
  require_said(model, "there is no role -1");
  say(model, PROBE_USER, "x");
  REQUIRE(probe_say(model, PROBE_SYSTEM, "x", 1) == PROBE_BAD_ARGUMENT);
  require_said(model, "comes before everything else");
  memset(long_text, '#', sizeof long_text);
  REQUIRE(probe_say(model, PROBE_USER, long_text, sizeof long_text) == PROBE_OK);
  REQUIRE(probe_next(model, &piece) == PROBE_CONTEXT_FULL && probe_position(model) == 0);
  require_said(model, "do not fit");
  REQUIRE(probe_next(model, &piece) == PROBE_BAD_ARGUMENT); /* it was forgotten */
  REQUIRE(probe_set_stops(model, empty, 2) == PROBE_BAD_ARGUMENT);
  probe_default_sampling(&sampling);
  sampling.top_p = 1.5f;
  REQUIRE(probe_set_sampling(model, &sampling) == PROBE_BAD_ARGUMENT);
  require_said(model, "top_p is from 0 to 1, not 1.5");
  sampling.top_p = 1;
  sampling.temperature = logits[0] / logits[0]; /* not a number */
  REQUIRE(probe_set_sampling(model, &sampling) == PROBE_BAD_ARGUMENT);

  static int32_t ids[PROBE_CONTEXT];
  REQUIRE(probe_prefill(model, ids, PROBE_CONTEXT, logits) == PROBE_OK);
  REQUIRE(probe_log_probabilities(model, likely) == PROBE_OK);
  for (int32_t id = 0; id < PROBE_VOCABULARY; ++id) { /* logarithms differ as logits do, in single precision */
    const float difference = (likely[id] - likely[0]) - (logits[id] - logits[0]);
    REQUIRE(likely[id] < 0 && difference < 1e-5f && difference > -1e-5f);
  }
  REQUIRE(probe_next(model, &piece) == PROBE_OK);
  const int32_t id = piece.id;
  REQUIRE(probe_next(model, &piece) == PROBE_CONTEXT_FULL && probe_next(model, &piece) == PROBE_CONTEXT_FULL);
  REQUIRE(probe_forget(model, 1, PROBE_CONTEXT) == PROBE_BAD_ARGUMENT);
  REQUIRE(probe_forget(model, -1, 1) == PROBE_BAD_ARGUMENT && probe_forget(model, 1, -1) == PROBE_BAD_ARGUMENT);
  require_said(model, "cannot be forgotten");
  REQUIRE(probe_forget(model, 8, 100) == PROBE_OK && probe_position(model) == PROBE_CONTEXT - 100);
  REQUIRE(probe_next(model, &piece) == PROBE_OK && probe_position(model) == PROBE_CONTEXT - 99);
  printf("%d\n", (int)id);
  for (int what = -1; probe_about(what) != NULL || what < 0; ++what)
    if (what >= 0)
      printf("%s\n", probe_about(what));
  REQUIRE(probe_number(PROBE_NUMBER_VOCABULARY) == PROBE_VOCABULARY);
  REQUIRE(probe_number(PROBE_NUMBER_CONTEXT) == PROBE_CONTEXT && probe_number(-1) == -1 && probe_number(99) == -1);
  REQUIRE(probe_number(PROBE_NUMBER_INTERFACE) == PROBE_INTERFACE);
  probe_destroy(model);
}

int main(int count, char **arguments) {
  REQUIRE(count > 1);
  static const struct {
    const char *name;
    void (*run)(char **arguments);
  } commands[] = {{"forked", forked},     {"branches", branches}, {"read", read_weights},
                  {"states", states},     {"chat", chat},         {"history", history},
                  {"refusals", refusals}, {"hidden", hidden},     {"rows", rows}};
  for (size_t i = 0; i < sizeof commands / sizeof *commands; ++i)
    if (strcmp(arguments[1], commands[i].name) == 0) {
      commands[i].run(arguments + 2);
      return 0;
    }
  return 2;
}
