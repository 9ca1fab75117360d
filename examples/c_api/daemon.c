/* Serves several conversations from one set of weights: C99 and POSIX.
 *
 *   daemon /tmp/model.socket [new tokens]        one thread a connection, one conversation a connection
 *
 * A connection sends lines, each a turn, and gets each answer followed by a line feed. All conversations share the
 * weights, the threads and the buffers of the first instance, and take turns token by token; each has a cache of its
 * own. README.md says how to build it. */

#define _POSIX_C_SOURCE 200809L

#include "smollm2-135m.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static smollm2_135m_instance *first; /* answers nothing itself: conversations branch from it */
static int most = 256;

/* Answers one line. 0: the connection is of no use any more. */
static int answer(smollm2_135m_instance *model, const char *line, FILE *out) {
  smollm2_135m_piece piece;
  int code = smollm2_135m_say(model, SMOLLM2_135M_USER, line, strlen(line)), tokens = 0;
  piece.end = SMOLLM2_135M_END_NONE;
  for (; code == SMOLLM2_135M_OK && piece.end == SMOLLM2_135M_END_NONE && tokens < most; ++tokens) {
    code = smollm2_135m_next(model, &piece);
    if (fwrite(piece.text, 1, piece.bytes, out) != piece.bytes || fflush(out) != 0)
      return 0; /* nobody listens */
  }
  if (code == SMOLLM2_135M_OK && piece.end == SMOLLM2_135M_END_NONE) {
    code = smollm2_135m_end_answer(model, &piece);
    fwrite(piece.text, 1, piece.bytes, out);
  }
  if (code != SMOLLM2_135M_OK)
    fprintf(out, "[%s]", smollm2_135m_error(model));
  return fputc('\n', out) != EOF && fflush(out) == 0;
}

static void *serve(void *argument) {
  const int connection = *(int *)argument;
  FILE *in = fdopen(connection, "r"), *out = fdopen(dup(connection), "w");
  smollm2_135m_instance *model = NULL;
  char line[4096];
  free(argument);
  if (smollm2_135m_branch(first, &model) == SMOLLM2_135M_OK)
    while (fgets(line, sizeof line, in) != NULL) {
      line[strcspn(line, "\n")] = '\0';
      if (!answer(model, line, out))
        break;
    }
  smollm2_135m_destroy(model);
  fclose(out);
  fclose(in);
  return NULL;
}

int main(int argc, char **argv) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  char error[512];
  if (argc < 2 || strlen(argv[1]) >= sizeof address.sun_path)
    return 2;
  most = argc > 2 ? atoi(argv[2]) : most;
  if (smollm2_135m_create(NULL, 0, 0, &first, error, sizeof error) != SMOLLM2_135M_OK) {
    fprintf(stderr, "%s\n", error);
    return 1;
  }
  signal(SIGPIPE, SIG_IGN);
  strcpy(address.sun_path, argv[1]);
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  unlink(argv[1]);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 16) != 0) {
    perror(argv[1]);
    return 1;
  }
  for (;;) {
    pthread_t thread;
    int *connection = malloc(sizeof *connection);
    *connection = accept(listener, NULL, NULL);
    if (pthread_create(&thread, NULL, serve, connection) == 0)
      pthread_detach(thread);
  }
}
