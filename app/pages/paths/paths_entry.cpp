// How the paths page introduces itself.
#include "pages/paths/paths_page.h"

#include <QCoreApplication>

namespace reslens::pages {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Pages", text);
}

} // namespace

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

} // namespace reslens::pages
