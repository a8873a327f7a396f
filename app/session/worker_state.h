// Everything that only the worker's thread touches: models, executors, traces, and how each request is done with them.
#pragma once

#include "session/subject.h"

#include <QImage>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace reslens::session {

/// The worker needs these from the core. It calls them on its thread only.
struct WorkerServices {
    std::function<Result<std::shared_ptr<const nn::Model>>(const std::string &nameOrPath)> openModel;
    std::function<Result<std::unique_ptr<nn::Executor>>(std::shared_ptr<const nn::Model>)> makeExecutor;
    /// Whether kernels are measured, one at a time, while nothing is asked (nn::Executor::tune).
    bool tunesWhenIdle = false;
};

struct ModelOpened {
    std::shared_ptr<const nn::Model> model;
    nn::DeviceInfo device;
};

struct Traced {
    std::uint64_t id = 0;                   // its number: questions are about it
    std::shared_ptr<const nn::Model> model; // which one ran
    std::vector<nn::BlockScale> scales;     // with which scales; empty: all 1
    nn::Forward forward;
    std::vector<Shape> shapes; // of every layer
};

/// The memory of the device that all models that are open there use.
struct MemoryUse {
    std::size_t bytes = 0;
    std::vector<std::string> economies; // nn::Executor::economies() of all of them, each once
    bool operator==(const MemoryUse &) const = default;
};

class WorkerState {
public:
    /// Models that guest() keeps open; the one asked for longest ago is closed first.
    static constexpr std::size_t kMaxGuests = 6;

    explicit WorkerState(const WorkerServices &services) : m_services(services) {}

    Result<ModelOpened> openModel(const std::string &nameOrPath, const std::stop_token &stop);
    Result<Traced> run(const QImage &picture, const std::vector<nn::BlockScale> &scales, const std::stop_token &stop);
    /// The subject of the trace with this number. ErrorKind::Cancelled: there is a newer one.
    Result<Subject *> subject(std::uint64_t trace);
    /// `picture` as another model sees it, which stays open until forgetGuests().
    Result<std::unique_ptr<Subject>> guest(const std::string &nameOrPath, const QImage &picture,
                                           const std::stop_token &stop);
    void forgetGuests() { m_guests.clear(); }

    /// Now; nothing before the first model is open.
    MemoryUse memory() const;

    /// Whether doIdleWork() has something to do.
    bool hasIdleWork() const { return m_services.tunesWhenIdle && m_mayTune; }
    /// A little that makes later passes faster, until a stop is asked for.
    void doIdleWork(const std::stop_token &stop);
    /// Until the next trace or question.
    void giveUpIdleWork() { m_mayTune = false; }

private:
    struct Open {
        std::string nameOrPath;
        std::shared_ptr<const nn::Model> model;
        std::unique_ptr<nn::Executor> executor; // null before the first model is open
    };
    Result<Open> open(const std::string &nameOrPath, const std::stop_token &stop);
    Result<nn::Executor *> guestExecutor(const std::string &nameOrPath, const std::stop_token &stop);

    const WorkerServices &m_services;
    Open m_current;
    std::unique_ptr<Subject> m_subject; // after the executor that it belongs to
    bool m_mayTune = false;             // kernels of m_subject's pass may gain by measuring
    std::uint64_t m_traces = 0;         // so far; m_subject is the last
    std::deque<Open> m_guests;
};

} // namespace reslens::session
