// The maps that say where in a picture the evidence lies: one table, from which the window's overlay and --also of the
// command line derive.
#pragma once

#include "study/subject.h"

#include "analysis/numbers.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace reslens::study {

/// What a map is about.
struct MapQuestion {
    nn::Objective objective;
    int block = 0;          // for kinds that look at one block
    std::uint64_t seed = 1; // for kinds that draw random numbers
};

/// A number that comes with a map, by its key in JSON.
struct MapFact {
    const char *key;
    std::variant<double, analysis::Ratio, int, bool, std::vector<int>> value;
};

struct ClassMap {
    Tensor map;                    // (1, 1, H, W): the numbers
    Tensor shown = {};             // the same as it lies over the network's input; empty: as `map`
    std::string layer;             // what it is of: "layer3.2", "the input"
    std::string complaint;         // "not finite: map"; empty where all is well
    analysis::Ratio residual = {}; // of those that sum to something exactly; otherwise not defined
    std::string proof = {};        // the same in words, and how certain it is; empty: nothing to prove
    std::vector<MapFact> facts = {};
    std::vector<std::pair<std::string, Tensor>> tensors = {}; // files beside the map's own
};

/// Which number a map explains, whatever objective was asked for.
enum class Explains {
    Objective,   // that one
    TargetLogit, // the target's logit
    Logits,      // the same, or the difference of two where that is the objective
};

struct ClassMapKind {
    std::string id;       // "grad-cam"
    std::string title;    // "Grad-CAM (selected block)"
    std::string sentence; // what it shows
    std::string file;     // the map's own, behind --dump; empty: inspect gives it in another place
    bool isSigned;        // shown with colours that diverge about zero
    bool isOfBlock;       // another map for every block
    bool isCheap;         // inspect always gives it
    Explains explains;
    Result<ClassMap> (*ask)(Subject &subject, const MapQuestion &asked, const analysis::Job &job);
};

const std::vector<ClassMapKind> &classMapKinds();

} // namespace reslens::study
