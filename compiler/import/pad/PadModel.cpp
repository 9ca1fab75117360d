//===- PadModel.cpp - The same model with widths that kernels have --------===//
//
// Tested by tests/unit/compiler/import/PadModelTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/pad/PadModel.h"

#include "codegen/plan/Contract.h"

#include <algorithm>
#include <cmath>

namespace weebill::pad {

namespace {

using families::Role;

/// What the rows or the columns of a tensor are.
enum class Axis { Plain, Model, Models, Hidden, Heads }; // Models: of the stream's width, several side by side

struct Axes {
  Axis rows, columns;
  bool isGain = false;
};

Axes axesOf(Role role) {
  switch (role) {
  case Role::Embedding:
  case Role::Head:
    return {Axis::Plain, Axis::Model};
  case Role::AttentionNorm:
  case Role::AttentionOutNorm:
  case Role::FeedForwardNorm:
  case Role::FeedForwardOutNorm:
  case Role::OutputNorm:
    return {Axis::Plain, Axis::Model, /*isGain=*/true};
  case Role::Query:
  case Role::Key:
  case Role::Value:
    return {Axis::Heads, Axis::Model};
  case Role::QueryBias:
  case Role::KeyBias:
  case Role::ValueBias:
    return {Axis::Plain, Axis::Heads};
  case Role::QueryNorm:
  case Role::KeyNorm:
    return {Axis::Plain, Axis::Heads, /*isGain=*/true};
  case Role::AttentionOut:
    return {Axis::Model, Axis::Heads};
  case Role::AttentionOutBias:
  case Role::DownBias:
    return {Axis::Plain, Axis::Model};
  case Role::ConvolutionIn:
    return {Axis::Models, Axis::Model};
  case Role::ConvolutionTaps:
    return {Axis::Plain, Axis::Models};
  case Role::ConvolutionOut:
    return {Axis::Model, Axis::Model};
  case Role::Gate:
  case Role::Up:
    return {Axis::Hidden, Axis::Model};
  case Role::GateBias:
  case Role::UpBias:
    return {Axis::Plain, Axis::Hidden};
  case Role::Down:
    return {Axis::Model, Axis::Hidden};
  case Role::HeadRotation:
    return {Axis::Model, Axis::Model};
  case Role::HeadBias:
    return {Axis::Plain, Axis::Plain};
  }
  throw std::logic_error("a tensor of an unknown role is padded");
}

int64_t padded(int64_t width) { return (width + plan::kRowBlock - 1) / plan::kRowBlock * plan::kRowBlock; }

class Widths {
public:
  explicit Widths(const importer::Architecture &sizes)
      : model(sizes.model), hidden(sizes.hidden), headSize(sizes.headSize) {}

  bool arePadded() const { return isPadded(Axis::Model) || isPadded(Axis::Hidden) || isPadded(Axis::Heads); }

  /// Of the model's stream, of the feed-forward half, or of one head.
  int64_t of(Axis axis) const {
    switch (axis) {
    case Axis::Model:
    case Axis::Models:
      return model;
    case Axis::Hidden:
      return hidden;
    case Axis::Heads:
      return headSize;
    case Axis::Plain:
      return plan::kRowBlock; // padded to itself
    }
    throw std::logic_error("a width of an unknown axis");
  }
  bool isPadded(Axis axis) const { return of(axis) != padded(of(axis)); }
  double share(Axis axis) const { return double(of(axis)) / double(padded(of(axis))); }

  /// Elements of an axis that had `count` of them.
  int64_t grown(Axis axis, int64_t count) const { return isPadded(axis) ? count / of(axis) * padded(of(axis)) : count; }

  /// Which element of the axis is behind a padded one; -1: a zero.
  int64_t source(Axis axis, int64_t element) const {
    if (!isPadded(axis))
      return element;
    const int64_t width = of(axis), wide = padded(width);
    if (axis != Axis::Heads)
      return element % wide < width ? element / wide * width + element % wide : -1;
    const int64_t head = element / wide, half = element % wide / (wide / 2), inHalf = element % (wide / 2);
    return inHalf < width / 2 ? head * width + half * (width / 2) + inHalf : -1;
  }

private:
  int64_t model, hidden, headSize;
};

class PaddedTensors : public importer::TensorSource {
public:
  PaddedTensors(std::shared_ptr<importer::TensorSource> tensors, const importer::Architecture &sizes)
      : inner(std::move(tensors)), widths(sizes), all(inner->tensors()) {
    for (importer::TensorInfo &info : all) {
      if (!info.role)
        continue;
      const Axes axes = axesOf(*info.role);
      info.rows = widths.grown(axes.rows, info.rows);
      info.columns = widths.grown(axes.columns, info.columns);
      if (isChanged(axes))
        info.type = "F32"; // blocks of the file's own format hold no padding
    }
  }

  const std::vector<importer::TensorInfo> &tensors() const override { return all; }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    const importer::TensorInfo *info = find(name), *stored = inner->find(name);
    if (!info || !info->role || !isChanged(axesOf(*info->role)))
      return inner->readRows(name, first, count, out);
    knownRows(name, first, count);
    const Axes axes = axesOf(*info->role);
    const double gain = axes.isGain ? std::sqrt(widths.share(axes.columns)) : 1;
    std::vector<float> rows;
    for (int64_t row = first; row < first + count;) {
      const int64_t from = widths.source(axes.rows, row);
      int64_t run = 1; // rows that follow each other in the file, too
      while (row + run < first + count && run < kMostRows &&
             widths.source(axes.rows, row + run) == (from < 0 ? -1 : from + run))
        ++run;
      rows.assign(size_t(run * stored->columns), 0.0f);
      if (from >= 0)
        inner->readRows(name, from, run, rows.data());
      for (int64_t i = 0; i < run; ++i, out += info->columns)
        spread(axes, rows.data() + i * stored->columns, gain, info->columns, out);
      row += run;
    }
  }

  void readBlocks(const std::string &name, std::string_view type, int64_t first, int64_t count,
                  uint8_t *out) const override {
    const importer::TensorInfo *info = find(name);
    if (info && info->role && isChanged(axesOf(*info->role)))
      return TensorSource::readBlocks(name, type, first, count, out); // which refuses
    inner->readBlocks(name, type, first, count, out);
  }

private:
  static constexpr int64_t kMostRows = 64;

  bool isChanged(const Axes &axes) const { return widths.isPadded(axes.rows) || widths.isPadded(axes.columns); }

  void spread(const Axes &axes, const float *row, double gain, int64_t columns, float *out) const {
    for (int64_t column = 0; column < columns; ++column) {
      const int64_t from = widths.source(axes.columns, column);
      out[column] = from < 0 ? 0.0f : axes.isGain ? float(double(row[from]) * gain) : row[from];
    }
  }

  std::shared_ptr<importer::TensorSource> inner;
  Widths widths;
  std::vector<importer::TensorInfo> all;
};

/// Constants that stand for what they stood for before.
importer::Architecture paddedSizes(const importer::Architecture &sizes, const Widths &widths) {
  importer::Architecture wide = sizes;
  wide.model = padded(sizes.model);
  wide.hidden = padded(sizes.hidden);
  wide.headSize = padded(sizes.headSize);
  wide.headNormEpsilon = float(double(sizes.normEpsilon) * widths.share(Axis::Heads));
  wide.normEpsilon = float(double(sizes.normEpsilon) * widths.share(Axis::Model));
  if (!widths.isPadded(Axis::Heads))
    return wide;
  const double power = 1 / widths.share(Axis::Heads);
  wide.ropeTheta = std::pow(sizes.ropeTheta, power);
  for (double &theta : wide.ropeThetas)
    theta = theta == 0 ? 0 : std::pow(theta, power);
  // Heads that are normed without gains are longer by sqrt(H' / H), queries and keys alike.
  const double scale = sizes.headNorms == importer::HeadNorms::AfterRope ? widths.share(Axis::Heads) : 1;
  const double plain = sizes.attentionScale != 0 ? double(sizes.attentionScale) : 1 / std::sqrt(double(sizes.headSize));
  wide.attentionScale = float(plain * scale);
  for (float &own : wide.attentionScales)
    own = float(double(own) * scale);
  return wide;
}

} // namespace

importer::ImportedModel padModel(const importer::ImportedModel &model) {
  const Widths widths(model.architecture);
  if (!widths.arePadded())
    return model;
  importer::ImportedModel wide = model;
  wide.architecture = paddedSizes(model.architecture, widths);
  wide.source = std::make_shared<PaddedTensors>(model.source, model.architecture);
  return wide;
}

} // namespace weebill::pad
