// Every page can be saved: its picture (PNG, SVG), its numbers (CSV, JSON), its tensors (NumPy).
#pragma once

#include "pages/page.h"

#include <QImage>
#include <QJsonObject>

namespace reslens::pages {

/// The exports of all that `page` shows now; empty while it shows nothing.
std::vector<Export> exportsOf(Page &page, session::Session &session);

/// The page's picture, `width` pixels wide.
QImage imageOf(Page &page, int width);
/// The same as scalable vector graphics; needs the GUI thread, as all painting of widgets.
QByteArray svgOf(Page &page);

/// {"name": [{column: value, …}, …], …}; a value that is not defined is null.
QJsonObject jsonOf(const std::vector<models::Table> &tables);
/// Which program, picture, model, device, objective and scales the numbers are of.
QJsonObject provenanceOf(const Page &page, const session::Session &session);

} // namespace reslens::pages
