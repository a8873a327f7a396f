// What the GUI thread asks of the GPU worker, and what comes back: plain values, matched by id.
#pragma once

#include "analysis/traced_run.h"
#include "error/error.h"
#include "nn/executor.h"

#include <QImage>

#include <any>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace reslens::study {
class Subject;
}

namespace reslens::session {

using study::Subject;

/// Opens a model by embedded name or by path and makes it the current one.
struct OpenModel {
    std::string nameOrPath;
};

/// Classifies `picture` with the current model and keeps every tensor on the worker.
struct RunTrace {
    QImage picture;                     // upright RGB888
    std::vector<nn::BlockScale> scales; // one per block, or empty: all 1
};

/// Reads one layer of the trace that answered as `trace`.
struct ReadLayer {
    std::uint64_t trace = 0;
    int layer = 0;
};

/// Runs on the worker's thread; holds values only, and answers with one (a std::shared_ptr to const, so that it is not
/// copied on its way).
using Question = std::function<Result<std::any>(Subject &, const analysis::Job &)>;

/// Asks about the trace that answered as `trace`.
struct AskSubject {
    std::uint64_t trace = 0;
    Question question;
};

/// Asks about `picture` as another model sees it. That model stays open beside the current one until ForgetGuests.
struct AskGuest {
    std::string nameOrPath;
    QImage picture; // upright RGB888
    Question question;
};

/// Closes what AskGuest has opened.
struct ForgetGuests {};

using Job = std::variant<OpenModel, RunTrace, ReadLayer, AskSubject, AskGuest, ForgetGuests>;

struct Request {
    std::uint64_t id = 0;
    std::string tag; // a newer request with this tag replaces this one
    Job job;
};

struct ModelOpened {
    std::shared_ptr<const nn::Model> model;
    nn::DeviceInfo device;
};

struct Traced {
    std::shared_ptr<const nn::Model> model; // which one ran
    std::vector<nn::BlockScale> scales;     // with which scales; empty: all 1
    nn::Forward forward;
    std::vector<Shape> shapes; // of every layer
};

struct LayerRead {
    std::uint64_t trace = 0;
    int layer = 0;
    std::shared_ptr<const Tensor> tensor;
};

/// What a Question answered.
struct Answered {
    std::any value;
};

struct Forgotten {};

/// Of the device, by all models that are open there, once a request was answered.
struct MemoryUse {
    std::size_t bytes = 0;
    std::vector<std::string> economies; // nn::Executor::economies() of all of them, each once
    bool operator==(const MemoryUse &) const = default;
};

struct Answer {
    std::uint64_t id = 0; // the request's; a trace is known by it
    std::string tag;
    std::variant<ModelOpened, Traced, LayerRead, Answered, Forgotten, Error> result;
    MemoryUse memory = {};
};

} // namespace reslens::session
