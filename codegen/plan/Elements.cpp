//===- Elements.cpp - Names and sizes of element types --------------------===//

#include "codegen/plan/Elements.h"

namespace weebill::plan {

std::string elementName(Element element) {
  switch (element) {
  case Element::F32:
    return "f32";
  case Element::F16:
    return "f16";
  case Element::I8:
    return "i8";
  case Element::U8:
    return "u8";
  case Element::I32:
    return "i32";
  }
  return "";
}

int64_t elementBytes(Element element) {
  switch (element) {
  case Element::F32:
  case Element::I32:
    return 4;
  case Element::F16:
    return 2;
  case Element::I8:
  case Element::U8:
    return 1;
  }
  return 0;
}

} // namespace weebill::plan
