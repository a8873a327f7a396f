// Which dispatches of a submit were whose: what timestamps mean.
#pragma once

#include "nn/executor.h"
#include "vulkan/recorder.h"

#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace reslens::engine {

class TimedSteps {
public:
    /// A step that follows those before it: what `record` adds to `recorder`, as one kernel of layer `layer`. `record`
    /// returns the kernel's name.
    template <typename Record>
    void add(const vulkan::Recorder &recorder, int layer, Record record)
    {
        const std::size_t before = recorder.dispatchCount();
        std::string kernel = record();
        m_steps.push_back({layer, std::move(kernel), recorder.dispatchCount() - before});
    }

    /// Appends the steps' times in the last submit of `recorder` to `times`; nothing if the queue has no timestamps.
    void appendTo(std::vector<nn::LayerTime> &times, const vulkan::Recorder &recorder) const
    {
        const std::vector<double> ms = recorder.dispatchMs();
        auto begin = ms.begin();
        for (const Step &step : m_steps) {
            if (ms.end() - begin < std::ptrdiff_t(step.dispatches))
                return;
            const auto end = begin + std::ptrdiff_t(step.dispatches);
            times.push_back({step.layer, step.kernel, std::accumulate(begin, end, 0.0)});
            begin = end;
        }
    }

private:
    struct Step {
        int layer;
        std::string kernel;
        std::size_t dispatches;
    };
    std::vector<Step> m_steps;
};

} // namespace reslens::engine
