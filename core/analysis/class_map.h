// Where in the image the evidence for a class lies, in terms of a block's feature maps.
#pragma once

#include "analysis/numbers.h"
#include "analysis/traced_run.h"
#include "nn/gradients.h"

namespace reslens::analysis {

struct GradCam {
    int block = 0;
    Tensor map;                  // (1, 1, H, W): relu(sum over channels of mean(g_c) * y_c), g = dJ/dy
    std::vector<double> weights; // mean(g_c)
    bool isEmpty = false;        // the map is 0 everywhere: nothing here supports the class
    std::string complaint;       // "not finite: map"; empty if all is well
};

/// Selvaraju et al. 2017, at any block. `gradients` must belong to the run's trace. Errors: as check(TracedRun),
/// checkBlock(), the trace's and the gradients' own.
Result<GradCam> gradCam(const TracedRun &run, const nn::Gradients &gradients, int block);

struct Cam {
    int target = 0;
    Tensor map;                  // (1, 1, H, W): sum over channels of W_target,c * y_c of the last block
    double bias = 0;             // of the linear head (analysis/linear_head.h), whose weights are W
    bool headIsGradient = false; // the head has several layers
    Completeness total;          // (mean over the map's pixels) + bias against the logit
};

/// Zhou et al. 2016: exact, since an average pool and a linear layer follow the last block; of a head with several
/// layers it takes the gradient. `target` -1: the top class. Errors: as check(TracedRun), as nn::evaluate(), and the
/// trace's own.
Result<Cam> classActivationMap(const TracedRun &run, int target = -1);

} // namespace reslens::analysis
