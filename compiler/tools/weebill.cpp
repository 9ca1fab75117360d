//===- weebill.cpp - The user's command -----------------------------------===//
//
// Everything is in compiler/driver. Tested by tests/lit/tools/weebill-help.test.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Driver.h"

#include <iostream>

int main(int argc, char **argv) { return weebill::driver::runWeebill(argc, argv, std::cout, std::cerr); }
