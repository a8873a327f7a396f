#include "pages/compare/compare_page.h"
#include "pages/features/feature_maps_page.h"
#include "pages/lesion/lesion_page.h"
#include "pages/page.h"

#include <QCoreApplication>

namespace reslens::pages {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Pages", text);
}

} // namespace

std::vector<PageEntry> pages()
{
    return {
        {"features",
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
         [](const PageContext &context, QWidget *parent) { return new FeatureMapsPage(context, parent); }},
        {"lesion",
         tr("Lesion"),
         Qt::ALT | Qt::Key_6,
         {tr("The network without one of its branches: what was each block needed for? (The changes add up to "
             "nothing.)"),
          tr("<p>In <b>u</b>&nbsp;=&nbsp;α·<b>s</b>&nbsp;+&nbsp;β·<b>F</b>, β&nbsp;=&nbsp;0 cuts a block’s branch: the "
             "<i>lesion</i>. The study cuts one at a time and runs the rest as it is; Δ is lesioned minus intact, for "
             "the target class. α&nbsp;=&nbsp;0 cuts a skip; all skips cut is the <i>plain counterfactual</i> of the "
             "same weights, not a plain network that was trained as one.</p><p>Later blocks see another input and "
             "answer differently. So the deltas neither add up to the logit nor equal the ledger’s entries: they "
             "answer "
             "another question.</p>"),
          tr("Veit, Wilber, Belongie: Residual Networks Behave Like Ensembles of Relatively Shallow Networks, 2016, "
             "arXiv 1605.06431")},
         [](const PageContext &context, QWidget *parent) { return new LesionPage(context, parent); }},
        {"compare",
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
         [](const PageContext &context, QWidget *parent) { return new ComparePage(context, parent); }},
    };
}

} // namespace reslens::pages
