// The maps that show where in a picture the evidence lies, as one table. The window's overlay and --also of the command
// line derive from it.
#pragma once

#include "study/subject.h"

#include "analysis/numbers.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace reslens::study {

/// The question that a map answers.
struct MapQuestion {
    nn::Objective objective;
    int block = 0;          // for kinds that explain one block
    std::uint64_t seed = 1; // for kinds that draw random numbers
};

/// A number that belongs to a map, under its key in JSON.
struct MapFact {
    const char *key;
    std::variant<double, analysis::Ratio, int, bool, std::vector<int>> value;
};

struct ClassMap {
    Tensor map;                    // (1, 1, H, W): the numbers
    Tensor shown = {};             // the map as it lies over the network's input; empty: as `map`
    std::string layer;             // the tensor that it explains: "layer3.2", "the input"
    std::string complaint;         // "not finite: map"; empty if all is well
    analysis::Ratio residual = {}; // for maps that sum to something exactly; otherwise not defined
    std::string proof = {};        // the residual in words, and how certain the map is; empty: nothing to prove
    std::vector<MapFact> facts = {};
    std::vector<std::pair<std::string, Tensor>> tensors = {}; // files next to the map's own
};

/// The number that a map explains, which may differ from the objective asked for.
enum class Explains {
    Objective,   // the objective asked for
    TargetLogit, // the target's logit
    Logits,      // the target's logit, or the difference of two if that is the objective
};

struct ClassMapKind {
    std::string id;       // "grad-cam"
    std::string title;    // "Grad-CAM (selected block)"
    std::string sentence; // what the map shows
    std::string file;     // the suffix of its file under --dump; empty: inspect writes it elsewhere
    bool isSigned;        // shown in colours that diverge around zero
    bool isOfBlock;       // every block has a map of its own
    bool isCheap;         // inspect always gives it
    Explains explains;
    Result<ClassMap> (*ask)(Subject &subject, const MapQuestion &asked, const analysis::Job &job);
};

const std::vector<ClassMapKind> &classMapKinds();

} // namespace reslens::study
