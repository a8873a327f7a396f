// The exports of a page: its picture (PNG, SVG), its numbers (CSV, JSON), its tensors (NumPy).
#pragma once

#include "pages/page.h"

#include <QImage>
#include <QJsonObject>

namespace reslens::pages {

/// Returns the exports of the current content; empty if the page is empty.
std::vector<Export> exportsOf(Page &page, session::Session &session);

/// Paints the page's picture, `width` pixels wide.
QImage imageOf(Page &page, int width);
/// Paints it as scalable vector graphics. Needs the GUI thread, like all painting of widgets.
QByteArray svgOf(Page &page);

/// Returns {"name": [{column: value, …}, …], …}. An undefined value is null.
QJsonObject jsonOf(const std::vector<models::Table> &tables);
/// Returns the origin of the numbers: program, picture, model, device, objective and scales.
QJsonObject provenanceOf(const Page &page, const session::Session &session);

} // namespace reslens::pages
