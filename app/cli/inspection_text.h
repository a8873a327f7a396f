// The result of inspect as tables for people.
#pragma once

#include "cli/inspection.h"

#include <QString>

namespace reslens::cli {

QString inspectionText(const Inspection &found, const nn::Model &model);

} // namespace reslens::cli
