// A program that is recorded once and run many times: its buffers and its command buffers. When memory is short it
// frees its tensors, and computes them again when somebody looks at one.
#pragma once

#include "engine/kernel_store.h"
#include "engine/program.h"
#include "engine/weights.h"
#include "nn/executor.h"
#include "vulkan/recorder.h"

#include <stop_token>
#include <utility>
#include <vector>

namespace reslens::engine {

/// The surroundings of a replay; all of them must outlive it.
struct Workplace {
    KernelStore &kernels;
    const nn::Network &network;
    const DeviceWeights &weights; // for the program's direction
};

class Replay {
public:
    Replay(const Replay &) = delete;
    Replay &operator=(const Replay &) = delete;

    const Program &program() const { return m_program; }
    const Shape &shape(int value) const { return m_program.shapes[value]; }
    /// The buffer of a value, the source's included. Values within a block are valid after bring().
    const vulkan::Buffer &buffer(int value) const;
    /// Computes everything that is missing before `value` can be read from its buffer. Throws vk::SystemError, and
    /// Error{Unsupported} if that needs a run of the source that is over.
    void bring(int value);
    /// Only for packed tensors. Throws as bring().
    Tensor read(int value);

    /// Frees all tensors; from now on keeps only those between blocks. Tensors of the last run are computed again when
    /// somebody looks at one. False if there are none, or if they could not be computed again.
    bool letGo();
    /// Computes the tensors again that letGo() freed. Throws as bring(), and Error{Cancelled}.
    void restore(const std::stop_token &stop = {});

    /// The number of runs. Results of an earlier run's tensors cannot be computed again.
    std::size_t runs() const { return m_runs; }
    /// The time of each kernel that has run, in order. Forward, LayerTime::layer is the output's layer; backward, it is
    /// the layer that the kernel differentiates.
    std::vector<nn::LayerTime> times() const;

protected:
    /// `source` has run and holds the program's external values; null if there are none. make() makes buffers and
    /// commands.
    Replay(const Workplace &place, Program program, Replay *source);
    ~Replay() = default;

    /// Makes the buffers, and the commands over them. Throws vk::SystemError, Error; then it has neither.
    void make();
    /// Frees both.
    void clear();
    bool isThere() const { return !m_buffers.empty(); }
    /// Makes what is missing, and records again if the source's buffers have changed.
    void prepare(const std::stop_token &stop = {});
    /// From now on the tensors belong to a new run.
    void begin();
    /// The same for steps that run when somebody asks for their results: none has run yet.
    void beginLazily();
    /// Throws Error{Cancelled} if somebody asked for a stop between two submits.
    void submitFrom(std::size_t segment, const std::stop_token &stop);
    /// Submits everything that has not run since beginLazily(). Throws as submitFrom().
    void submitRest(const std::stop_token &stop);
    /// The segment that begins with `block`.
    std::size_t segmentOf(int block) const;

    Workplace m_place;
    const vulkan::Context &m_context;
    const vulkan::Buffer *m_upload = nullptr; // copied to the program's input
    const vulkan::Buffer *m_scales = nullptr;
    std::vector<std::pair<int, const vulkan::Buffer *>> m_downloads; // values, and where they are copied at the end

private:
    struct Segment {
        int block;              // the block of all its steps; -1: none, or any
        std::size_t begin, end; // steps
        vulkan::Recorder commands;
        std::vector<std::pair<std::string, std::size_t>> kernels; // by step: its name, and its number of dispatches
        bool wasSubmitted = false;
    };
    struct Range {
        int block;
        std::size_t begin, end;
    };

    std::vector<Range> ranges() const;
    std::int64_t macsOf(const Step &step) const;
    bool sharesBlocks() const;
    void record();
    void record(Segment &segment);
    void submit(Segment &segment);
    /// Brings all values within `block`, the source's included.
    void bringBlock(int block);
    void bringOwnBlock(int block);
    void expectSameSource() const;
    /// Grows when its buffers or its source's change.
    int generation() const { return m_generation + (m_source ? m_source->generation() : 0); }

    Program m_program;
    Replay *m_source;
    std::vector<vulkan::Buffer> m_buffers;         // the program's; empty after they were freed
    std::vector<Segment> m_segments;               // submitted one after the other
    std::vector<bool> m_hasRun;                    // by step: its result has been valid since the last run
    int m_inside = -1;                             // when blocks share buffers: the block whose inner values are valid
    std::size_t m_runs = 0, m_sourceRuns = 0;      // the source's when this one ran
    int m_generation = 0, m_sourceGeneration = -1; // the source's when this one was recorded; -1: not recorded
};

} // namespace reslens::engine
