// The tensors of a model in the order the network uses them, and what is worked out of them off the GUI thread.
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
    Vector,  // batch norms, biases: a value for each channel
    Filters, // a convolution of three channels: pictures
    Kernels, // other convolutions larger than 1x1
    Matrix,  // 1x1 convolutions and the linear layer
};

struct ParameterEntry {
    std::string name;
    StoredTensor tensor; // keeps its bytes alive
    int position = 0;    // the stem, a block, the head
    ParameterKind kind = ParameterKind::Vector;
};

/// By layer; tensors that no layer asks for come last and belong to the head.
std::vector<ParameterEntry> parameterEntries(const nn::Model &model);

using StatisticsList = std::vector<models::ParameterStatistics>;
/// The statistics of every entry; empty where it was stopped. `done` counts.
StatisticsList statisticsOf(const std::vector<ParameterEntry> &entries, const std::stop_token &stop,
                            std::atomic<int> &done);

/// One row for each entry whose index is in `shown`. `statistics` may be empty: not known yet.
models::Table parameterTable(const std::vector<ParameterEntry> &entries, const StatisticsList &statistics,
                             const std::vector<int> &shown);

/// One tensor, as it is shown next to the table.
struct ParameterDetail {
    ParameterEntry entry;
    std::shared_ptr<const Tensor> tensor; // vectors (1,C,1,1), matrices (rows, columns, 1, 1), kernels (K,C,R,S)
    models::ParameterStatistics statistics;
    std::vector<int> counts;              // its histogram
    std::vector<QImage> filters;          // of Filters
    std::shared_ptr<const Tensor> matrix; // of Matrix: strongestOf() cells of `cell` x `cell`
    int cell = 1;
};
ParameterDetail detailOf(const ParameterEntry &entry);

/// Filter `k` of (K,3,R,S) as a picture: 0 is middle grey, the filter's largest magnitude black or white (full colour).
/// Values that are not finite are magenta.
QImage filterPicture(const Tensor &weights, int k);

/// The kernel planes of output channel `k` as (1,C,R,S).
Tensor kernelPlanes(const Tensor &weights, int k);

} // namespace reslens::pages
