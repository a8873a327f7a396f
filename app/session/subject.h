// A question's subject; study/subject.h has it.
#pragma once

#include "study/subject.h"

namespace reslens::session {

using study::Subject;

} // namespace reslens::session
