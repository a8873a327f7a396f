// Names study/subject.h's Subject for the session.
#pragma once

#include "study/subject.h"

namespace reslens::session {

using study::Subject;

} // namespace reslens::session
