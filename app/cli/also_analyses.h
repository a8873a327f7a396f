// The analyses behind --also, one function each.
#pragma once

#include "cli/also.h"

namespace reslens::cli {

Result<AlsoAnswer> alsoLens(const AlsoRequest &request);
Result<AlsoAnswer> alsoSampledPaths(const AlsoRequest &request);
Result<AlsoAnswer> alsoGroups(const AlsoRequest &request);
Result<AlsoAnswer> alsoCam(const AlsoRequest &request);
Result<AlsoAnswer> alsoGradCam(const AlsoRequest &request);
Result<AlsoAnswer> alsoSaliency(const AlsoRequest &request);
Result<AlsoAnswer> alsoSmoothGrad(const AlsoRequest &request);
Result<AlsoAnswer> alsoIntegratedGradients(const AlsoRequest &request);
Result<AlsoAnswer> alsoOcclusion(const AlsoRequest &request);

} // namespace reslens::cli
