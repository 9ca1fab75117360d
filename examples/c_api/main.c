/* Continues a text with a model that Weebill compiled: C99, no library but the model itself.
 *
 *   main "The sea" [new tokens]
 *
 * The names below are those of a model called smollm2-135m: README.md says how to build it and what to change for
 * another one. Ctrl-C ends the text early. */

#include "smollm2-135m.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static smollm2_135m_instance *model;

/* The one function of the interface that may be called while another one is running. */
static void on_interrupt(int signal) {
  (void)signal;
  smollm2_135m_cancel(model);
}

/* The token that the model thinks likeliest. */
static int32_t likeliest(const float *logits) {
  int32_t best = 0;
  for (int32_t id = 1; id < SMOLLM2_135M_VOCABULARY; ++id)
    if (logits[id] > logits[best])
      best = id;
  return best;
}

static void print_token(int32_t id) {
  char text[256];
  size_t bytes = 0;
  if (smollm2_135m_detokenize(model, &id, 1, text, sizeof text, &bytes) == SMOLLM2_135M_OK)
    fwrite(text, 1, bytes < sizeof text ? bytes : sizeof text, stdout);
  fflush(stdout);
}

int main(int argc, char **argv) {
  static int32_t prompt[SMOLLM2_135M_CONTEXT];
  static float logits[SMOLLM2_135M_VOCABULARY];
  char error[512];
  size_t count = 0;
  const char *text = argc > 1 ? argv[1] : "The sea";
  const int most = argc > 2 ? atoi(argv[2]) : 64;

  /* The weights file is looked for beside this program; 0: as many threads as there are cores. */
  if (smollm2_135m_create(NULL, 0, 0, &model, error, sizeof error) != SMOLLM2_135M_OK) {
    fprintf(stderr, "%s\n", error);
    return 1;
  }
  signal(SIGINT, on_interrupt);

  int code = smollm2_135m_tokenize(model, text, strlen(text), 0, prompt, SMOLLM2_135M_CONTEXT, &count);
  if (code == SMOLLM2_135M_OK && count <= SMOLLM2_135M_CONTEXT)
    code = smollm2_135m_prefill(model, prompt, (int32_t)count, logits);
  else if (code == SMOLLM2_135M_OK)
    code = SMOLLM2_135M_CONTEXT_FULL;

  fputs(text, stdout);
  for (int written = 0; code == SMOLLM2_135M_OK && written < most; ++written) {
    const int32_t id = likeliest(logits);
    if (smollm2_135m_is_stop_token(id))
      break;
    print_token(id);
    if (written + 1 < most)
      code = smollm2_135m_step(model, id, logits);
  }
  putchar('\n');

  if (code != SMOLLM2_135M_OK && code != SMOLLM2_135M_CANCELLED)
    fprintf(stderr, "%s\n", smollm2_135m_error(model));
  smollm2_135m_destroy(model);
  return code == SMOLLM2_135M_OK || code == SMOLLM2_135M_CANCELLED ? 0 : 1;
}
