// How the feature maps page introduces itself.
#include "pages/features/feature_maps_page.h"

#include <QCoreApplication>

namespace reslens::pages {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Pages", text);
}

} // namespace

PageEntry featuresEntry()
{
    return {
        "features",
        tr("Feature maps"),
        Qt::ALT | Qt::Key_1,
        {tr("Every channel of the selected tensor, as this picture makes it: what does this layer respond to, and "
            "where?"),
         tr("<p>A block computes <b>s</b> (the shortcut), <b>F</b> (the residual branch after its last batch norm), "
            "<b>u</b>&nbsp;=&nbsp;α·<b>s</b>&nbsp;+&nbsp;β·<b>F</b> and <b>y</b>&nbsp;=&nbsp;relu(<b>u</b>). Each "
            "tile is one "
            "channel of the chosen tensor, one pixel per value. Tensors that may be negative have a colour scale that "
            "diverges about zero.</p>"),
         tr("He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015, arXiv 1512.03385")},
        [](const PageContext &context, QWidget *parent) { return new FeatureMapsPage(context, parent); }};
}

} // namespace reslens::pages
