// A program that was recorded once and is run again and again: its buffers and its command buffers. Where memory is
// short it lets its tensors go, and they come back, computed again, when somebody looks at one.
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

/// What a replay works with; all of it outlives the replay.
struct Workplace {
    KernelStore &kernels;
    const nn::Network &network;
    const DeviceWeights &weights; // of the program's direction
};

class Replay {
public:
    Replay(const Replay &) = delete;
    Replay &operator=(const Replay &) = delete;

    const Program &program() const { return m_program; }
    const Shape &shape(int value) const { return m_program.shapes[value]; }
    /// Where a value is, the source's too. What lies within a block is there after bring().
    const vulkan::Buffer &buffer(int value) const;
    /// Computes again what is needed before `value` can be read from its buffer; nothing if it is there. Throws
    /// vk::SystemError, and Error{Unsupported} if it would take a run of the source that is over.
    void bring(int value);
    /// Packed tensors only. Throws as bring().
    Tensor read(int value);

    /// Gives all its tensors up, and from now on keeps what goes between blocks only. Those of the last run are made
    /// again when somebody looks at one. False if it has none, or they could not be made again.
    bool letGo();
    /// Makes the tensors again that letGo() gave up. Throws as bring(), and Error{Cancelled}.
    void restore(const std::stop_token &stop = {});

    /// How often it has run: what was made of an earlier run's tensors cannot be made again.
    std::size_t runs() const { return m_runs; }
    /// Of each kernel that has run, in their order; LayerTime::layer is the output's forward, and backward the one that
    /// is differentiated.
    std::vector<nn::LayerTime> times() const;

protected:
    /// `source` has run, and holds the program's external values; null if there are none. Buffers and commands are made
    /// by make().
    Replay(const Workplace &place, Program program, Replay *source);
    ~Replay() = default;

    /// The buffers, and the commands over them. Throws vk::SystemError, Error; then it has neither.
    void make();
    /// Gives up both.
    void clear();
    bool isThere() const { return !m_buffers.empty(); }
    /// Makes what is not there, and records again if the source's buffers are others.
    void prepare(const std::stop_token &stop = {});
    /// From now on its tensors are those of another run.
    void begin();
    /// The same where steps run when somebody asks for what they write: none has run.
    void beginLazily();
    /// Throws Error{Cancelled} when a stop was asked for between two submits.
    void submitFrom(std::size_t segment, const std::stop_token &stop);
    /// All that has not run since beginLazily(). Throws as submitFrom().
    void submitRest(const std::stop_token &stop);
    /// The segment that begins with `block`.
    std::size_t segmentOf(int block) const;

    Workplace m_place;
    const vulkan::Context &m_context;
    const vulkan::Buffer *m_upload = nullptr; // copied to the program's input
    const vulkan::Buffer *m_scales = nullptr;
    std::vector<std::pair<int, const vulkan::Buffer *>> m_downloads; // values, and where they are copied to in the end

private:
    struct Segment {
        int block;              // all its steps run with it; -1: none, or it does not matter
        std::size_t begin, end; // steps
        vulkan::Recorder commands;
        std::vector<std::pair<std::string, std::size_t>> kernels; // by step: its name, and how many dispatches
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
    /// Brings all that lies within `block`, the source's too.
    void bringBlock(int block);
    void bringOwnBlock(int block);
    void expectSameSource() const;
    /// Grows when its buffers or its source's are others.
    int generation() const { return m_generation + (m_source ? m_source->generation() : 0); }

    Program m_program;
    Replay *m_source;
    std::vector<vulkan::Buffer> m_buffers;         // the program's; empty once they were let go
    std::vector<Segment> m_segments;               // submitted one after the other
    std::vector<bool> m_hasRun;                    // by step: its result was there since the last run
    int m_inside = -1;                             // the block whose inside is there, where blocks share buffers
    std::size_t m_runs = 0, m_sourceRuns = 0;      // the source's when this one ran
    int m_generation = 0, m_sourceGeneration = -1; // the source's when this one was recorded; -1: it is not
};

} // namespace reslens::engine
