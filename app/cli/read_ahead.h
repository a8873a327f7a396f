// Pictures become inputs on other threads, a few ahead of whoever runs them.
#pragma once

#include "error/error.h"
#include "jobs/background_jobs.h"
#include "nn/model.h"
#include "tensor/tensor.h"

#include <QStringList>

#include <optional>
#include <vector>

namespace reslens::cli {

class ReadAhead {
public:
    /// Begins to read `paths`, in their order.
    ReadAhead(const QStringList &paths, const nn::Preprocess &how);

    /// What readInput() says of path number `index`; each is taken once, in their order.
    Result<Tensor> take(qsizetype index);

private:
    const QStringList m_paths;
    const nn::Preprocess m_how;
    std::vector<std::optional<Result<Tensor>>> m_inputs; // pictures that are read and not yet taken
    jobs::BackgroundJobs m_reading;                      // last: it stops before the rest goes
};

} // namespace reslens::cli
