// The state of the worker's thread (models, executors, traces), and how it answers each request.
#pragma once

#include "session/subject.h"
#include "study/fit_search.h"
#include "zoo/model_settings.h"

#include <QImage>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace reslens::session {

/// A device that can be chosen to run on.
struct DeviceChoice {
    std::string id; // for makeExecutor: "0", "cpu"
    std::string name;
    std::string reason; // why it can or cannot be used
    bool isUsable = false;
    bool isDefault = false;
};

/// The core's services for the worker. They are called on its thread only.
struct WorkerServices {
    std::function<Result<std::shared_ptr<const nn::Model>>(const std::string &nameOrPath,
                                                           const zoo::ModelSettings &settings)>
        openModel;
    /// `device` is a DeviceChoice's id; empty for the default.
    std::function<Result<std::unique_ptr<nn::Executor>>(std::shared_ptr<const nn::Model>, const std::string &device)>
        makeExecutor;
    /// Measures kernels, one at a time, while nothing is asked (nn::Executor::tune).
    bool tunesWhenIdle = false;
    std::function<std::vector<DeviceChoice>()> devices = {}; // optional, as the next two
    /// The settings that a person gave this model earlier, and keeps them.
    std::function<zoo::ModelSettings(const std::string &nameOrPath)> recall = {};
    std::function<void(const std::string &nameOrPath, const zoo::ModelSettings &settings)> remember = {};
};

struct ModelRequest {
    std::string nameOrPath;
    std::optional<zoo::ModelSettings> settings = {}; // empty: as the person gave them earlier
    std::string device = {};                         // a DeviceChoice's id; empty for the default
    bool isToRemember = false;                       // the settings, if the model opens
};

struct ModelOpened {
    std::shared_ptr<const nn::Model> model;
    nn::DeviceInfo device;
    zoo::ModelSettings settings; // that the model was opened with
};

struct Traced {
    std::uint64_t id = 0;                   // questions name the trace by this number
    std::shared_ptr<const nn::Model> model; // the model that ran
    std::vector<nn::BlockScale> scales;     // empty: all 1
    nn::Forward forward;
    std::vector<Shape> shapes; // every layer's
};

/// The device memory of all open models.
struct MemoryUse {
    std::size_t bytes = 0;
    std::vector<std::string> economies; // nn::Executor::economies() of all of them, each once
    bool operator==(const MemoryUse &) const = default;
};

class WorkerState {
public:
    /// Limit on the models that guest() keeps open. The one asked for longest ago is closed first.
    static constexpr std::size_t kMaxGuests = 6;

    explicit WorkerState(const WorkerServices &services) : m_services(services) {}

    Result<ModelOpened> openModel(const ModelRequest &request, const std::stop_token &stop);
    std::vector<DeviceChoice> devices() const;
    /// How many milliseconds a pass of the open model takes on a device: the fastest of a few, after one that warms up.
    Result<double> timeOn(const std::string &device, const std::stop_token &stop) const;
    /// Ranks preparations and variants of the open model on these pictures.
    Result<std::vector<study::FitCandidate>> searchFit(const std::vector<QImage> &pictures,
                                                       const analysis::Job &job) const;
    Result<Traced> run(const QImage &picture, const std::vector<nn::BlockScale> &scales, const std::stop_token &stop);
    /// Returns the subject of the trace with this number. ErrorKind::Cancelled: there is a newer one.
    Result<Subject *> subject(std::uint64_t trace);
    /// Runs `picture` on another model, which stays open until forgetGuests().
    Result<std::unique_ptr<Subject>> guest(const std::string &nameOrPath, const QImage &picture,
                                           const std::stop_token &stop);
    void forgetGuests() { m_guests.clear(); }

    /// The memory in use now; empty before the first model is open.
    MemoryUse memory() const;

    /// True if doIdleWork() has something to do.
    bool hasIdleWork() const { return m_services.tunesWhenIdle && m_mayTune; }
    /// Makes later passes a little faster, until it is asked to stop.
    void doIdleWork(const std::stop_token &stop);
    /// Gives up until the next trace or question.
    void giveUpIdleWork() { m_mayTune = false; }

private:
    struct Open {
        std::string nameOrPath;
        std::shared_ptr<const nn::Model> model;
        std::unique_ptr<nn::Executor> executor; // null before the first model is open
        zoo::ModelSettings settings;
    };
    Result<Open> open(const ModelRequest &request, const std::stop_token &stop);
    Result<nn::Executor *> guestExecutor(const std::string &nameOrPath, const std::stop_token &stop);

    const WorkerServices &m_services;
    Open m_current;
    std::string m_device;               // the one that was chosen last
    std::unique_ptr<Subject> m_subject; // after the executor that it uses
    bool m_mayTune = false;             // tuning may speed up m_subject's kernels
    std::uint64_t m_traces = 0;         // number of traces; m_subject is the last
    std::deque<Open> m_guests;
};

} // namespace reslens::session
