//===- RopeConfig.cpp - RoPE in config.json -------------------------------===//
//
// 'rope_theta' and 'rope_scaling', or both inside 'rope_parameters', where newer versions write them. Tested by
// tests/unit/compiler/import/ReadConfigTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/ConfigParts.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/description/ReadDescription.h"

#include <set>

namespace weebill::huggingface {

namespace {

constexpr double kGreatestTheta = 1e9;

/// The object 'rope_scaling' or 'rope_parameters'.
class RopeObject {
public:
  RopeObject(const description::FieldReader &fields, const description::JsonValue &value, std::string called,
             const importer::IgnoredFields &ignored)
      : ignored(ignored), name(std::move(called)), place(value.place), object(withoutNulls(value)),
        rope(fields.path(), object, name, keysOf(object)) {}

  std::optional<double> theta() const {
    if (!rope.find("rope_theta"))
      return std::nullopt;
    return rope.real("rope_theta", 1, kGreatestTheta, 0);
  }
  description::JsonPlace thetaPlace() const { return rope.required("rope_theta").value.place; }

  importer::RopeScaling scaling() const {
    const std::string type = rope.text("rope_type", 64, rope.text("type", 64, "default"));
    std::set<std::string_view> known = {"rope_type", "type", "rope_theta", "partial_rotary_factor"};
    rope.real("partial_rotary_factor", 1, 1, 1);
    importer::RopeScaling read;
    if (type == "llama3")
      read = llama3(known);
    else if (type == "linear")
      read = linear(known);
    else if (type == "default" && rope.real("factor", -1e9, 1e9, 1) == 1)
      known.insert("factor");
    else if (type != "default")
      rope.refuse(place, name + " asks for RoPE of type " + weebill::importer::quoted(type) +
                             ", supported are 'default', 'linear' and 'llama3'");
    for (const description::JsonMember &entry : object.members)
      if (!known.contains(entry.key) && !ignored.ignores(entry.key))
        rope.refuse(entry.place, weebill::importer::quoted(entry.key) + " of " + name + " " + importer::kUnknownField);
    return read;
  }

private:
  importer::RopeScaling linear(std::set<std::string_view> &known) const {
    known.insert("factor");
    rope.required("factor");
    importer::RopeScaling read;
    read.factor = rope.real("factor", 1, description::limits::kRopeFactor, 1);
    return read;
  }

  importer::RopeScaling llama3(std::set<std::string_view> &known) const {
    known.merge(std::set<std::string_view>{"factor", "low_freq_factor", "high_freq_factor",
                                           "original_max_position_embeddings"});
    for (const char *field : {"factor", "low_freq_factor", "high_freq_factor"})
      rope.required(field);
    importer::RopeScaling read;
    read.factor = rope.real("factor", 1, description::limits::kRopeFactor, 1);
    read.lowFrequencyFactor = rope.real("low_freq_factor", 1e-3, description::limits::kRopeFactor, 1);
    read.highFrequencyFactor = rope.real("high_freq_factor", 1e-3, description::limits::kRopeFactor, 4);
    read.originalContext = rope.integer("original_max_position_embeddings", 1, description::limits::kContext);
    if (!(read.lowFrequencyFactor < read.highFrequencyFactor))
      rope.refuse(place, "'low_freq_factor' of " + name + " must be less than 'high_freq_factor'");
    return read;
  }

  const importer::IgnoredFields &ignored;
  const std::string name;
  const description::JsonPlace place;
  const description::JsonValue object;
  const description::FieldReader rope;
};

/// Where layers of two types have RoPE of their own, that of the layers without a window, and what it is called; the
/// other one is for the family.
std::pair<const description::JsonValue *, std::string> ofFullAttention(const description::FieldReader &fields,
                                                                       const description::JsonMember &member) {
  const std::string name = weebill::importer::quoted(member.key);
  for (const description::JsonMember &type : member.value.members)
    if (type.key == "full_attention") {
      for (const description::JsonMember &other : member.value.members)
        if (other.key != "full_attention" && other.key != "sliding_attention")
          fields.refuse(other.place, weebill::importer::quoted(other.key) + " of " + name + " is no type of layers");
      return {&type.value, "'full_attention' of " + name};
    }
  return {&member.value, name};
}

} // namespace

void readRope(const description::FieldReader &fields, const importer::IgnoredFields &ignored,
              const families::ConfigForm &form, importer::Architecture &sizes) {
  sizes.ropeTheta = fields.real("rope_theta", 1, kGreatestTheta, form.ropeTheta);
  std::optional<importer::RopeScaling> scaling;
  for (const char *name : {"rope_scaling", "rope_parameters"}) {
    const description::JsonMember *member = fields.find(name);
    if (!member)
      continue;
    const auto [value, called] = form.ropeOfTypes ? ofFullAttention(fields, *member)
                                                  : std::pair(&member->value, weebill::importer::quoted(name));
    const RopeObject rope(fields, *value, called, ignored);
    const importer::RopeScaling stated = rope.scaling();
    if (scaling && stated != *scaling)
      fields.refuse(member->place, "'rope_parameters' scales otherwise than 'rope_scaling'");
    scaling = stated;
    if (const std::optional<double> theta = rope.theta()) {
      if (fields.find("rope_theta") && *theta != sizes.ropeTheta)
        fields.refuse(rope.thetaPlace(), "'rope_theta' of " + called + " is another than that of the configuration");
      sizes.ropeTheta = *theta;
    }
  }
  sizes.ropeScaling = scaling.value_or(importer::RopeScaling());
}

} // namespace weebill::huggingface
