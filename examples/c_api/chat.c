/* A chat in C99: every line is a turn, Ctrl-D ends it. README.md says how to build it. */

#include "smollm2-135m.h"

#include <stdio.h>
#include <string.h>

static smollm2_135m_instance *model;

static int failed(int code) {
  if (code != SMOLLM2_135M_OK)
    fprintf(stderr, "%s\n", smollm2_135m_error(model));
  return code != SMOLLM2_135M_OK;
}

/* Says it and prints the answer. */
static int turn(const char *text) {
  smollm2_135m_piece piece;
  int code = smollm2_135m_say(model, SMOLLM2_135M_USER, text, strlen(text));
  for (piece.end = SMOLLM2_135M_END_NONE; code == SMOLLM2_135M_OK && piece.end == SMOLLM2_135M_END_NONE;) {
    code = smollm2_135m_next(model, &piece);
    fwrite(piece.text, 1, piece.bytes, stdout);
    fflush(stdout);
  }
  putchar('\n');
  return code;
}

int main(int argc, char **argv) {
  char error[512], line[4096];
  smollm2_135m_sampling sampling;
  /* The weights file is looked for beside this program; 0: as many threads as there are cores; no flags. */
  if (smollm2_135m_create(NULL, 0, 0, &model, error, sizeof error) != SMOLLM2_135M_OK) {
    fprintf(stderr, "%s\n", error);
    return 1;
  }
  smollm2_135m_default_sampling(&sampling);
  sampling.temperature = 0.7f;
  sampling.min_p = 0.05f;
  if (failed(smollm2_135m_set_sampling(model, &sampling)))
    return 1;
  if (argc > 1 && failed(smollm2_135m_say(model, SMOLLM2_135M_SYSTEM, argv[1], strlen(argv[1]))))
    return 1;
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    if (failed(turn(line)))
      break;
  }
  smollm2_135m_destroy(model);
  return 0;
}
