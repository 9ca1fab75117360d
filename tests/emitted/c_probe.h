//===- c_probe.h - What the C programs of these tests have in common ------===//
//
// The model is called "probe".
//
//===----------------------------------------------------------------------===//

#include "probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 4 /* tokens of a list that go through step, the others through prefill */

static void require(int holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "not so: %s\n", what);
    exit(1);
  }
}
#define REQUIRE(condition) require(condition, #condition)

static void require_said(const probe_instance *model, const char *part) {
  if (strstr(probe_error(model), part) == NULL) {
    fprintf(stderr, "not so: '%s' does not say '%s'\n", probe_error(model), part);
    exit(1);
  }
}

static probe_instance *create(int threads) {
  probe_instance *model = NULL;
  char error[512] = "untouched";
  const int code = probe_create(NULL, threads, 0, &model, error, sizeof error);
  if (code != PROBE_OK)
    fprintf(stderr, "%s\n", error);
  REQUIRE(code == PROBE_OK && model != NULL && error[0] == '\0');
  return model;
}

struct job {
  int32_t ids[PROBE_CONTEXT];
  int32_t count;
  const char *file;
  int threads, rounds;
};

static inline void read_ids(struct job *job, const char *text) {
  char *end = (char *)text;
  for (job->count = 0; *end != '\0' && job->count < PROBE_CONTEXT; text = end + 1)
    job->ids[job->count++] = (int32_t)strtol(text, &end, 10);
}
