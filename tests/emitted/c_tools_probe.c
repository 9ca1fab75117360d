/* Answers of tools in conversations with a model called "probe", through its C interface. For test_tool_turns.py: first
 * argument what to do. */

#include "c_probe.h"

static int32_t role_of(const char *name) {
  const char *const names[] = {"system", "user", "assistant", "tool"};
  for (int32_t role = 0; role < 4; ++role)
    if (strcmp(name, names[role]) == 0)
      return role;
  REQUIRE(0);
  return -1;
}

static void say(probe_instance *model, int32_t role, const char *text) {
  const int code = probe_say(model, role, text, strlen(text));
  if (code != PROBE_OK)
    fprintf(stderr, "%s\n", probe_error(model));
  REQUIRE(code == PROBE_OK);
}

/* The ids that the instance has, out of its saved state. */
static int32_t ids_of(probe_instance *model, int32_t *ids) {
  const uint64_t bytes = probe_state_bytes(model);
  char *state = malloc(bytes);
  REQUIRE(probe_save_to(model, state, bytes) == PROBE_OK);
  memcpy(ids, state + 64, sizeof *ids * (size_t)probe_position(model)); /* behind the header */
  free(state);
  return probe_position(model);
}

/* told RENDERED (ROLE TEXT)...: the tokens of what was said are those of the rendered text, if it is not empty. */
static void told(int count, char **arguments) {
  static int32_t wanted[PROBE_CONTEXT], ids[PROBE_CONTEXT];
  size_t wanted_count = 0;
  probe_instance *model = create(1);
  probe_piece piece;
  REQUIRE(probe_tokenize(model, arguments[0], strlen(arguments[0]), 1, wanted, PROBE_CONTEXT, &wanted_count) ==
          PROBE_OK);
  for (int i = 1; i + 1 < count; i += 2)
    say(model, role_of(arguments[i]), arguments[i + 1]);
  REQUIRE(probe_next(model, &piece) == PROBE_OK);
  const int32_t position = ids_of(model, ids);
  printf("%d\n", position);
  if (wanted_count > 0)
    REQUIRE(position == (int32_t)wanted_count && memcmp(ids, wanted, sizeof *ids * wanted_count) == 0);
  probe_destroy(model);
}

/* live TAIL USER ANSWER...: the model answers, tools answer that; what is read then are the tokens of the tail. */
static void live(int count, char **arguments) {
  static int32_t wanted[PROBE_CONTEXT], ids[PROBE_CONTEXT], before[PROBE_CONTEXT];
  size_t tail = 0;
  probe_instance *model = create(1);
  probe_piece piece;
  REQUIRE(probe_tokenize(model, arguments[0], strlen(arguments[0]), 1, wanted, PROBE_CONTEXT, &tail) == PROBE_OK);
  say(model, PROBE_USER, arguments[1]);
  for (int i = 0; i < 5; ++i)
    REQUIRE(probe_next(model, &piece) == PROBE_OK && piece.end == PROBE_END_NONE);
  const int32_t position = ids_of(model, before);
  for (int i = 2; i < count; ++i)
    say(model, PROBE_TOOL, arguments[i]);
  const int32_t last = piece.id; /* chosen, and read with what comes next */
  REQUIRE(probe_next(model, &piece) == PROBE_OK);
  REQUIRE(ids_of(model, ids) == position + 1 + (int32_t)tail && ids[position] == last);
  REQUIRE(memcmp(ids, before, sizeof *ids * (size_t)position) == 0);
  REQUIRE(memcmp(ids + position + 1, wanted, sizeof *ids * tail) == 0);
  probe_destroy(model);
}

/* refusals: nothing was said that a tool could answer. */
static void refusals(void) {
  probe_instance *model = create(1);
  const int32_t id = 1;
  REQUIRE(probe_say(model, 4, "x", 1) == PROBE_BAD_ARGUMENT);
  require_said(model, "there is no role 4");
  for (int i = 0; i < 3; ++i) {
    REQUIRE(probe_say(model, PROBE_TOOL, "x", 1) == PROBE_BAD_ARGUMENT);
    require_said(model, "a tool answers what the model has said, and it has said nothing");
    if (i == 0)
      REQUIRE(probe_step(model, id, NULL) == PROBE_OK);
    else
      say(model, PROBE_USER, "x");
  }
  probe_destroy(model);
}

/* without: the template has no such role; the conversation goes on. */
static void without(void) {
  probe_instance *model = create(1);
  probe_piece piece;
  say(model, PROBE_USER, "x");
  say(model, PROBE_ASSISTANT, "y");
  REQUIRE(probe_say(model, PROBE_TOOL, "z", 1) == PROBE_BAD_ARGUMENT);
  require_said(model, "the model's chat template has no role for tools");
  say(model, PROBE_USER, "z");
  REQUIRE(probe_next(model, &piece) == PROBE_OK);
  probe_destroy(model);
}

int main(int count, char **arguments) {
  REQUIRE(count >= 2);
  if (strcmp(arguments[1], "told") == 0)
    told(count - 2, arguments + 2);
  else if (strcmp(arguments[1], "live") == 0)
    live(count - 2, arguments + 2);
  else if (strcmp(arguments[1], "refusals") == 0)
    refusals();
  else if (strcmp(arguments[1], "without") == 0)
    without();
  else
    REQUIRE(0);
  return 0;
}
