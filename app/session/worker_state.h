// Everything that only the worker's thread touches: models, executors, traces, and how each job is done with them.
#pragma once

#include "session/request.h"
#include "session/subject.h"
#include "session/worker_services.h"

#include <deque>

namespace reslens::session {

/// How the job under way is watched: its request's id and its stop token, and who wants to know how far it is.
struct JobContext {
    std::uint64_t id = 0;
    std::stop_token stop;
    std::function<void(int done, int total)> onProgress;

    analysis::Job job() const { return {stop, onProgress}; }
};

class WorkerState {
public:
    using Outcome = decltype(Answer::result);

    /// Models that AskGuest keeps open; the one asked for longest ago is closed first.
    static constexpr std::size_t kMaxGuests = 6;

    explicit WorkerState(const WorkerServices &services) : m_services(services) {}

    Outcome perform(const OpenModel &job, const JobContext &context);
    Outcome perform(const RunTrace &job, const JobContext &context);
    Outcome perform(const ReadLayer &job, const JobContext &context);
    Outcome perform(const AskSubject &job, const JobContext &context);
    Outcome perform(const AskGuest &job, const JobContext &context);
    Outcome perform(const ForgetGuests &job, const JobContext &context);

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
    Result<nn::Executor *> guest(const std::string &nameOrPath, const std::stop_token &stop);

    const WorkerServices &m_services;
    Open m_current;
    std::unique_ptr<Subject> m_subject; // after the executor that it belongs to
    bool m_mayTune = false;             // kernels of m_subject's pass may gain by measuring
    std::uint64_t m_trace = 0;          // the id of m_subject's trace
    std::deque<Open> m_guests;
};

} // namespace reslens::session
