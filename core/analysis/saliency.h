// How sensitive the objective is to the pixels of the normalised input.
#pragma once

#include "analysis/question.h"

#include <cstdint>

namespace reslens::analysis {

struct Saliency {
    nn::ImageObjective objective; // of the image itself
    Tensor gradient;              // (1, 3, H, W)
    Tensor map;                   // (1, 1, H, W): max over channels of |gradient| (Simonyan et al. 2013)
    std::string complaint;        // "not finite: gradient"; empty if all is well
};

/// The saliency of a known gradient.
Saliency saliencyOf(const nn::ImageObjective &objective, Tensor gradient);
/// Computes the gradient, then the saliency. Errors: as differentiate().
Result<Saliency> inputSaliency(nn::Executor &executor, const Tensor &input, const Question &question,
                               const Job &job = {});

/// SmoothGrad (Smilkov et al. 2017): the mean gradient over noisy copies of the image, for the image's own class.
struct SmoothGradRequest {
    Question question;
    int samples = 25;
    double noise = 0.15; // standard deviation, as a share of the input's largest value minus its smallest
    std::uint64_t seed = 1;
};

/// Errors: as differentiate(); InvalidInput: fewer than one sample, a negative or infinite noise.
Result<Saliency> smoothGrad(nn::Executor &executor, const Tensor &input, const SmoothGradRequest &request,
                            const Job &job = {});

} // namespace reslens::analysis
