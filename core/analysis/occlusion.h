// Occlusion (Zeiler and Fergus 2014): how much the objective falls when a square of the image is covered.
#pragma once

#include "analysis/question.h"

namespace reslens::analysis {

struct OcclusionRequest {
    Question question;
    int patch = 32, stride = 16; // pixels of the normalised input
    float fill = 0;              // its colour; 0 is the mean colour of the training images
    int batch = 8;               // images in one pass
};

/// The usual squares for a picture of this shape: a seventh of its shorter side (32 of 224, 4 of 32 pixels), in steps
/// of half of that.
OcclusionRequest usualOcclusion(const Question &question, Shape input);

struct Occlusion {
    nn::ImageObjective objective; // of the whole image
    std::vector<int> tops, lefts; // origins of the squares: row r of the map is tops[r], column c is lefts[c]
    Tensor map;                   // (1, 1, rows, columns): J of the image minus J of the covered one
    std::string complaint;        // "not finite: map"; empty if all is well
};

/// The squares step by `stride`. The last row and column lie against the edge, so the squares cover the whole image.
/// Errors: as answer(); InvalidInput: a square that does not fit, a stride or batch below 1.
Result<Occlusion> occlusion(nn::Executor &executor, const Tensor &input, const OcclusionRequest &request,
                            const Job &job = {});

} // namespace reslens::analysis
