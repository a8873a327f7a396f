// The program's icon: a residual block.
#pragma once

#include <QIcon>

namespace reslens::gui {

QIcon appIcon();

} // namespace reslens::gui
