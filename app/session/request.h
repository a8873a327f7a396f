// What the GUI thread asks of the GPU worker, and what comes back: plain values, matched by id.
#pragma once

#include "error/error.h"
#include "nn/executor.h"

#include <QImage>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace reslens::session {

/// Opens a model by embedded name or by path and makes it the current one.
struct OpenModel {
    std::string nameOrPath;
};

/// Classifies `picture` with the current model and keeps every tensor on the worker.
struct RunTrace {
    QImage picture; // upright RGB888
};

/// Reads one layer of the trace that answered as `trace`.
struct ReadLayer {
    std::uint64_t trace = 0;
    int layer = 0;
};

using Job = std::variant<OpenModel, RunTrace, ReadLayer>;

struct Request {
    std::uint64_t id = 0;
    std::string tag; // a newer request with this tag replaces this one
    Job job;
};

struct ModelOpened {
    std::shared_ptr<const nn::Model> model;
    nn::DeviceInfo device;
    std::size_t memoryBytes = 0;
};

struct Traced {
    std::shared_ptr<const nn::Model> model; // which one ran
    nn::Forward forward;
    std::vector<Shape> shapes; // of every layer
    std::size_t memoryBytes = 0;
};

struct LayerRead {
    std::uint64_t trace = 0;
    int layer = 0;
    std::shared_ptr<const Tensor> tensor;
};

struct Answer {
    std::uint64_t id = 0; // the request's; a trace is known by it
    std::string tag;
    std::variant<ModelOpened, Traced, LayerRead, Error> result;
};

} // namespace reslens::session
