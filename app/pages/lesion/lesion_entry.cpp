// How the lesion page introduces itself.
#include "pages/lesion/lesion_page.h"

#include <QCoreApplication>

namespace reslens::pages {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Pages", text);
}

} // namespace

PageEntry lesionEntry()
{
    return {
        "lesion",
        tr("Lesion"),
        Qt::ALT | Qt::Key_6,
        {tr("The network without one of its branches: what was each block needed for? (The changes do not add "
            "up.)"),
         tr("<p>In <b>u</b>&nbsp;=&nbsp;α·<b>s</b>&nbsp;+&nbsp;β·<b>F</b>, β&nbsp;=&nbsp;0 cuts a block’s branch: the "
            "<i>lesion</i>. The study cuts one at a time and runs the rest as it is; Δ is lesioned minus intact, for "
            "the target class. α&nbsp;=&nbsp;0 cuts a skip; all skips cut is the <i>plain counterfactual</i> of the "
            "same weights, not a plain network that was trained as one.</p><p>Later blocks see another input and "
            "answer differently. So the deltas neither add up to the logit nor equal the ledger’s entries: they "
            "answer "
            "another question.</p>"),
         tr("Veit, Wilber, Belongie: Residual Networks Behave Like Ensembles of Relatively Shallow Networks, 2016, "
            "arXiv 1605.06431")},
        [](const PageContext &context, QWidget *parent) { return new LesionPage(context, parent); }};
}

} // namespace reslens::pages
