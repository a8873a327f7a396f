// How the compare page introduces itself.
#include "pages/compare/compare_page.h"

#include <QCoreApplication>

namespace reslens::pages {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Pages", text);
}

} // namespace

PageEntry compareEntry()
{
    return {
        "compare",
        tr("Compare"),
        Qt::ALT | Qt::Key_7,
        {tr("Two to six networks on this picture, aligned by relative depth: do they agree, what do they cost, and "
            "where "
            "does each decide?"),
         tr("<p>Every network sees the picture as its own preprocessing makes it. Block b of n (counted from 1) is "
            "drawn "
            "at b/n. σ_F&nbsp;=&nbsp;⟨<b>F</b>,<b>u</b>⟩/⟨<b>u</b>,<b>u</b>⟩; g is the gradient of log&nbsp;p of the "
            "network’s own top class; gain&nbsp;=&nbsp;‖g_x‖/‖g_y‖. Classes are matched by name.</p><p><b>Skip "
            "lens</b>: every branch after a block is dropped (β&nbsp;=&nbsp;0), and the network that is left is "
            "really "
            "run. A network has <i>decided</i> where its final class stays on top from there on. A plain network has "
            "no "
            "skips to look through.</p><p>Multiply-adds as they are published: convolutions and the linear "
            "layer.</p>"),
         tr("He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015, arXiv 1512.03385")},
        [](const PageContext &context, QWidget *parent) { return new ComparePage(context, parent); }};
}

} // namespace reslens::pages
