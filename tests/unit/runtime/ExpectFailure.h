//===- ExpectFailure.h - A statement must fail with a sentence ---*- C++ -*-===//
//
// For tests of runtime headers, whose errors are of type Failure (runtime/fail.h).
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"

#include <gtest/gtest.h>
#include <string>

/// The statement throws a Failure with that exit code, whose sentence contains a match of the regular expression.
#define EXPECT_FAILURE(statement, code, expression)                                                                    \
  try {                                                                                                                \
    statement;                                                                                                         \
    ADD_FAILURE() << #statement << " does not fail";                                                                   \
  } catch (const Failure &failure) {                                                                                   \
    EXPECT_EQ(failure.exit_code, code);                                                                                \
    EXPECT_TRUE(testing::Matcher<std::string>(testing::ContainsRegex(expression)).Matches(failure.sentence))           \
        << failure.sentence;                                                                                           \
  }
