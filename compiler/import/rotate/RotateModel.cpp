//===- RotateModel.cpp - The same model in a rotated residual stream ------===//

#include "compiler/import/rotate/RotateModel.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/rotate/Hadamard.h"

#include <algorithm>
#include <list>
#include <mutex>
#include <string>

namespace weebill::rotate {

namespace {

constexpr const char *kHeadRotation = "head_rotation.weight";

/// What happens to a tensor.
enum class Turn {
  Stream,  // rows of the stream, times R: the embedding, a bias that is added to it
  Reading, // rows times the gain, times R
  Writing, // R^T times the matrix
  Gain,    // folded elsewhere: ones
  Untouched,
};

Turn turnOf(families::Role role) {
  using families::Role;
  switch (role) {
  case Role::Embedding:
  case Role::AttentionOutBias:
  case Role::DownBias:
    return Turn::Stream;
  case Role::Query:
  case Role::Key:
  case Role::Value:
  case Role::ConvolutionIn:
  case Role::Gate:
  case Role::Up:
  case Role::Head:
    return Turn::Reading;
  case Role::AttentionOut:
  case Role::ConvolutionOut:
  case Role::Down:
    return Turn::Writing;
  case Role::AttentionNorm:
  case Role::FeedForwardNorm:
  case Role::OutputNorm:
    return Turn::Gain;
  case Role::QueryBias:
  case Role::KeyBias:
  case Role::ValueBias:
  case Role::QueryNorm:
  case Role::KeyNorm:
  case Role::ConvolutionTaps:
  case Role::GateBias:
  case Role::UpBias:
  case Role::HeadBias:
    return Turn::Untouched; // outside the stream, where nothing turns
  case Role::HeadRotation:
    break; // made here, never read
  case Role::AttentionOutNorm:
  case Role::FeedForwardOutNorm:
    break; // of models that cannot be rotated
  }
  throw std::logic_error("a tensor that a file cannot have is rotated");
}

/// The norm whose gain is folded into a Reading tensor.
families::Role normBefore(families::Role role) {
  using families::Role;
  return role == Role::Head                       ? Role::OutputNorm
         : role == Role::Gate || role == Role::Up ? Role::FeedForwardNorm
                                                  : Role::AttentionNorm;
}

class RotatedTensors : public importer::TensorSource {
public:
  RotatedTensors(std::shared_ptr<importer::TensorSource> source, Rotation rotation, bool tied,
                 std::function<void()> between)
      : source(std::move(source)), rotation(std::move(rotation)), tied(tied), between(std::move(between)),
        all(this->source->tensors()) {
    if (tied)
      all.push_back({kHeadRotation, "F32", this->rotation.size(), this->rotation.size(), families::Role::HeadRotation});
  }

  const std::vector<importer::TensorInfo> &tensors() const override { return all; }

  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    if (tied && name == kHeadRotation)
      return copyRows(name, first, count, out, [&] { return headRotation(); });
    const importer::TensorInfo &info = knownTensor(name);
    switch (turnOf(*info.role)) {
    case Turn::Writing:
      return copyRows(name, first, count, out, [&] { return rotateColumns(name); });
    case Turn::Stream:
      source->readRows(name, first, count, out);
      return rotateRows(out, count, {});
    case Turn::Reading:
      source->readRows(name, first, count, out);
      return rotateRows(out, count, readVector(normBefore(*info.role), info.block));
    case Turn::Gain:
      source->readRows(name, first, count, out); // checks the range
      std::fill_n(out, count * rotation.size(), 1.0f);
      return;
    case Turn::Untouched:
      return source->readRows(name, first, count, out);
    }
  }

private:
  using Whole = std::vector<float>;

  /// A tensor whose part in the model is known: leaving another one as it is might make a wrong model.
  const importer::TensorInfo &knownTensor(const std::string &name) const {
    const importer::TensorInfo *info = source->find(name);
    if (!info || !info->role)
      throw importer::InputError("tensor " + importer::quoted(name) +
                                 (info ? " has no role in the model" : " is missing") + ", so it cannot be rotated");
    return *info;
  }

  std::vector<float> readVector(families::Role role, int64_t block) const {
    for (const importer::TensorInfo &info : source->tensors())
      if (info.role == role && info.block == block) {
        std::vector<float> values(rotation.size());
        source->readRows(info.name, 0, 1, values.data());
        return values;
      }
    throw importer::InputError("a norm of block " + std::to_string(block) +
                               " is missing, so the matrices behind it cannot be rotated");
  }

  /// Rows of `rotation.size()` elements, in place; no gain: an empty one.
  void rotateRows(float *rows, int64_t count, const std::vector<float> &gain) const {
    const int64_t n = rotation.size();
    std::vector<double> row(n);
    for (int64_t r = 0; r < count; ++r, rows += n) {
      for (int64_t i = 0; i < n; ++i)
        row[i] = gain.empty() ? double(rows[i]) : double(rows[i]) * double(gain[i]);
      rotation.apply(row);
      for (int64_t i = 0; i < n; ++i)
        rows[i] = float(row[i]);
    }
  }

  /// R^T W: every column of W is a row to rotate.
  Whole rotateColumns(const std::string &name) const {
    const importer::TensorInfo &info = *source->find(name);
    Whole matrix(info.rows * info.columns);
    source->readRows(name, 0, info.rows, matrix.data());
    std::vector<double> column(info.rows);
    for (int64_t c = 0; c < info.columns; ++c) {
      for (int64_t r = 0; r < info.rows; ++r)
        column[r] = matrix[r * info.columns + c];
      rotation.apply(column);
      for (int64_t r = 0; r < info.rows; ++r)
        matrix[r * info.columns + c] = float(column[r]);
    }
    return matrix;
  }

  /// R^T diag(gain) R. Row i of R is unit vector i, rotated; M = sum_k gain[k] (row k of R)^T (row k of R).
  Whole headRotation() const {
    const int64_t n = rotation.size();
    const std::vector<float> gain = readVector(families::Role::OutputNorm, -1);
    std::vector<double> sum(n * n, 0.0), row(n);
    for (int64_t k = 0; k < n; ++k) {
      if (between)
        between();
      std::fill(row.begin(), row.end(), 0.0);
      row[k] = 1;
      rotation.apply(row);
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j < n; ++j)
          sum[i * n + j] += row[i] * double(gain[k]) * row[j];
    }
    return Whole(sum.begin(), sum.end());
  }

  /// Rows of a matrix that is only known as a whole; the last few are kept, because they are asked for in pieces.
  template <class Make>
  void copyRows(const std::string &name, int64_t first, int64_t count, float *out, Make make) const {
    const importer::TensorInfo &info = *find(name);
    if (first < 0 || count < 0 || first > info.rows || count > info.rows - first)
      throw importer::InputError(name + ": rows " + std::to_string(first) + " and " + std::to_string(count) +
                                 " more are not among its " + std::to_string(info.rows));
    std::shared_ptr<const Whole> whole;
    {
      std::lock_guard<std::mutex> lock(mutex);
      auto known = std::find_if(recent.begin(), recent.end(), [&](const auto &entry) { return entry.first == name; });
      if (known == recent.end()) {
        recent.emplace_front(name, std::make_shared<const Whole>(make()));
        if (recent.size() > 4)
          recent.pop_back();
        known = recent.begin();
      }
      whole = known->second;
    }
    std::copy_n(whole->data() + first * info.columns, count * info.columns, out);
  }

  std::shared_ptr<importer::TensorSource> source;
  Rotation rotation;
  bool tied;
  std::function<void()> between;
  std::vector<importer::TensorInfo> all;
  mutable std::mutex mutex;
  mutable std::list<std::pair<std::string, std::shared_ptr<const Whole>>> recent;
};

} // namespace

std::string rotationProblem(const importer::Architecture &sizes) {
  if (sizes.blockNorms != importer::BlockNorms::Before)
    return "its blocks norm what they add to it, and no matrix comes behind those gains";
  if (sizes.repetitionNorm)
    return "it is normed behind every repetition of the blocks, and no matrix comes behind that gain";
  if (!Rotation::make(sizes.model))
    return "there is no rotation of " + std::to_string(sizes.model) + " columns";
  return "";
}

std::optional<importer::ImportedModel> rotateModel(const importer::ImportedModel &model,
                                                   std::function<void()> between) {
  if (!rotationProblem(model.architecture).empty())
    return std::nullopt;
  std::optional<Rotation> rotation = Rotation::make(model.architecture.model);
  importer::ImportedModel rotated = model;
  rotated.architecture.rotated = true;
  rotated.source = std::make_shared<RotatedTensors>(model.source, std::move(*rotation),
                                                    model.architecture.tiedEmbeddings, std::move(between));
  return rotated;
}

} // namespace weebill::rotate
