// The maps that can be laid over the picture: each asks one analysis where the evidence lies.
#pragma once

#include "analysis/numbers.h"
#include "nn/gradients.h"
#include "session/subject.h"

#include <QString>

#include <functional>
#include <memory>
#include <vector>

namespace reslens::gui {

/// What a map is about.
struct MapQuestion {
    nn::Objective objective;
    int block = 0; // for kinds that look at one block
};

struct ClassMap {
    Tensor map;                    // (1, 1, H, W): the numbers
    Tensor shown;                  // the same as it lies over the network's input; empty: as `map`
    std::string layer;             // what it is of: "layer3.2", "the input"
    std::string complaint;         // "not finite: map"; empty where all is well
    analysis::Ratio residual = {}; // of those that sum to something exactly; otherwise not defined
    QString proof = {};            // the same in words, and how certain it is; empty: nothing to prove
};

/// Which number a map explains, whatever the session's objective.
enum class Explains {
    Objective,   // that of the session
    TargetLogit, // the target's logit
    Logits,      // the same, or the difference of two where that is the objective
};

struct ClassMapKind {
    QString id; // "grad-cam"
    QString title;
    QString sentence; // what it shows
    bool isSigned;    // shown with colours that diverge about zero
    bool isOfBlock;   // asked anew when another block is selected
    Explains explains;
    std::function<Result<ClassMap>(session::Subject &, const MapQuestion &, const analysis::Job &)> ask;
};

const std::vector<ClassMapKind> &classMapKinds();

} // namespace reslens::gui
