// How the skip page introduces itself.
#include "pages/skip/skip_page.h"

#include <QCoreApplication>

namespace reslens::pages {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Pages", text);
}

} // namespace

PageEntry skipEntry()
{
    return {
        "skip",
        tr("Skip"),
        Qt::ALT | Qt::Key_2,
        {tr("Of every block's sum u = α·s + β·F: how much came over the skip, how much did the branch add, and where?"),
         tr("<p><b>Shares</b> σ_s = α⟨s,u⟩/⟨u,u⟩ and σ_F = β⟨F,u⟩/⟨u,u⟩ sum to 1 exactly; they leave [0, 1] where s "
            "and F oppose each other. <b>Residual ratio</b> ‖F‖/‖s‖. <b>Alignment</b> cos(s, F): above 0 the "
            "branch adds to what the skip carries, below 0 it erases. <b>Refinement</b> cos(x, y). <b>Clipped</b>: "
            "what the ReLU removes. <b>Write, erase, kill</b>: y − x = m⊙max(βF, 0) + m⊙min(βF, 0) − x⊙(1 − m) "
            "with m = [u &gt; 0].</p><p><b>Maps</b>: √Σ<sub>c</sub> of the squares at every pixel, one scale for s, "
            "F and u. <b>Channels</b>: σ_F of one channel at a time; below 0.25 it is passed on (skip), above 0.75 "
            "replaced (overwrite), between a mix. <b>Groups</b> (ResNeXt): F = ΣF_g + shift.</p><p>A share says "
            "what the sum consists of, not what it is good for.</p>"),
         tr("He et al. 2015, arXiv 1512.03385; Greff et al. 2017, arXiv 1612.07771 (refinement); Longon 2024, arXiv "
            "2407.05340 (channels); Xie et al. 2017, arXiv 1611.05431 (groups)")},
        [](const PageContext &context, QWidget *parent) { return new SkipPage(context, parent); }};
}

} // namespace reslens::pages
