// The tensors of a model in network order, and their statistics and details, which are computed off the GUI thread.
#pragma once

#include "models/statistics.h"
#include "models/table.h"
#include "nn/model.h"

#include <QImage>

#include <atomic>
#include <memory>
#include <stop_token>

namespace reslens::pages {

enum class ParameterKind {
    Vector,  // batch norms, biases: one value per channel
    Filters, // a convolution of three channels, shown as pictures
    Kernels, // other convolutions larger than 1x1
    Matrix,  // 1x1 convolutions and the linear layer
};

struct ParameterEntry {
    std::string name;
    StoredTensor tensor; // keeps its bytes alive
    int position = 0;    // the stem, a block, or the head
    ParameterKind kind = ParameterKind::Vector;
};

/// Returns the tensors by layer. Tensors that no layer uses come last and belong to the head.
std::vector<ParameterEntry> parameterEntries(const nn::Model &model);

using StatisticsList = std::vector<models::ParameterStatistics>;
/// Returns the statistics of every entry, or nothing if it was stopped. `done` counts the entries.
StatisticsList statisticsOf(const std::vector<ParameterEntry> &entries, const std::stop_token &stop,
                            std::atomic<int> &done);

/// Returns one row per entry in `shown`. `statistics` is empty while unknown.
models::Table parameterTable(const std::vector<ParameterEntry> &entries, const StatisticsList &statistics,
                             const std::vector<int> &shown);

/// The details of one tensor, shown next to the table.
struct ParameterDetail {
    ParameterEntry entry;
    std::shared_ptr<const Tensor> tensor; // vectors (1,C,1,1), matrices (rows, columns, 1, 1), kernels (K,C,R,S)
    models::ParameterStatistics statistics;
    std::vector<int> counts;              // the histogram
    std::vector<QImage> filters;          // for Filters
    std::shared_ptr<const Tensor> matrix; // for Matrix: strongestOf() in cells of `cell` x `cell`
    int cell = 1;
};
ParameterDetail detailOf(const ParameterEntry &entry);

/// Draws filter `k` of (K,3,R,S) in full colour: 0 is middle grey, and the filter's largest magnitude is black or
/// white. Values that are not finite are magenta.
QImage filterPicture(const Tensor &weights, int k);

/// Returns the kernel planes of output channel `k` as (1,C,R,S).
Tensor kernelPlanes(const Tensor &weights, int k);

} // namespace reslens::pages
