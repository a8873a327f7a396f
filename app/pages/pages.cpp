#include "pages/features/feature_maps_page.h"
#include "pages/gradient/gradient_page.h"
#include "pages/ledger/ledger_page.h"
#include "pages/page.h"
#include "pages/paths/paths_page.h"
#include "pages/skip/skip_page.h"

#include <QCoreApplication>

namespace reslens::pages {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Pages", text);
}

PageEntry ledgerEntry()
{
    return {"ledger",
            tr("Ledger"),
            Qt::ALT | Qt::Key_4,
            {tr("What the stem and every block wrote into the logit, adding up to it: which block wrote this answer?"),
             tr("<p>With the ReLUs' masks frozen at this picture's, the logit is a sum. <b>h</b><sub>b</sub> is the "
                "gradient of the logit at block b's sum, after its mask, when it comes back by skips alone: what the "
                "block's output is worth to the logit. Then, exactly,</p><p>logit = bias + ⟨<b>h</b><sub>0</sub>, "
                "stem⟩ + Σ<sub>b</sub> β⟨<b>h</b><sub>b</sub>, <b>F</b><sub>b</sub>⟩ + Σ projections' shifts</p><p>A "
                "bar is one of these parts and begins where the one before ended; the last is the logit itself. For a "
                "difference, it is the ledger of logit A − logit B.</p><p>A block's map is Σ<sub>c</sub> "
                "β·<b>h</b><sub>b</sub>⊙<b>F</b><sub>b</sub> at each place; its sum over all places is the block's "
                "bar.</p><p>The residual is |sum of parts − logit| / |logit|; fp32 leaves less than 1e-4.</p><p>What "
                "would happen without a block is another question: the lesion's.</p>"),
             tr("Direct logit attribution, as for the residual stream of transformers; derived for these networks in "
                "docs/decompositions.md")},
            [](const PageContext &context, QWidget *parent) { return new LedgerPage(context, parent); }};
}

PageEntry pathsEntry()
{
    return {
        "paths",
        tr("Paths"),
        Qt::ALT | Qt::Key_5,
        {tr("The gradient at the stem's output by path length: does it come through few blocks or through many?"),
         tr("<p>With masks frozen at this picture's, a network of n blocks is a sum over 2<sup>n</sup> paths; each "
            "crosses some branches and takes the skip past the others. <b>G</b><sub>k</sub> is the sum of the "
            "gradients over all paths that cross exactly k branches. At every block, backward, "
            "<b>G</b><sub>k</sub> ← skipᵀ(m⊙<b>G</b><sub>k</sub>) + branchᵀ(m⊙<b>G</b><sub>k−1</sub>): no path "
            "is left out. Σ<sub>k</sub> <b>G</b><sub>k</sub> is the ordinary gradient; the residual says how "
            "exactly.</p><p>There are n!/(k!(n−k)!) paths of length k.</p><p><b>Sampled</b> is another quantity: "
            "single paths are drawn, and the norms of their gradients averaged. Norms of single paths do not add up "
            "to the norm of their sum, since paths cancel.</p><p><b>Scale the gradient only</b>: if every skip "
            "counted α and every branch β in the backward pass alone, the gradient would be Σ α<sup>n−k</sup> "
            "β<sup>k</sup> <b>G</b><sub>k</sub>, which needs no further pass. A network whose skips are scaled has "
            "other masks and another gradient: that is what the live controls do.</p>"),
         tr("Sampled paths: Veit, Wilber, Belongie: Residual Networks Behave Like Ensembles of Relatively Shallow "
            "Networks, 2016, arXiv 1605.06431, figure 6")},
        [](const PageContext &context, QWidget *parent) { return new PathsPage(context, parent); }};
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
        skipEntry(),
        gradientEntry(),
        ledgerEntry(),
        pathsEntry(),
    };
}

} // namespace reslens::pages
