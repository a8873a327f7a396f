// How the gradient page introduces itself.
#include "pages/gradient/gradient_page.h"

#include <QCoreApplication>

namespace reslens::pages {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Pages", text);
}

} // namespace

PageEntry gradientEntry()
{
    return {"gradient",
            tr("Gradient"),
            Qt::ALT | Qt::Key_3,
            {tr("The way of the gradient from J back to the picture: does it get through, and by the skips or by the "
                "branches?"),
             tr("<p>J is differentiated at every block, with g<sub>y</sub> = ∂J/∂y and g<sub>u</sub> = m ⊙ "
                "g<sub>y</sub>, m = [u &gt; 0]:</p><p>through the skip g<sub>s</sub> = α(∂s/∂x)<sup>T</sup> "
                "g<sub>u</sub><br>through the branch g<sub>F</sub> = β(∂F/∂x)<sup>T</sup> g<sub>u</sub><br>arriving at "
                "the input g<sub>x</sub> = g<sub>s</sub> + g<sub>F</sub></p><p><b>Thickness</b> is the norm. Norms do "
                "not add: ‖g<sub>x</sub>‖² = ‖g<sub>s</sub>‖² + ‖g<sub>F</sub>‖² + "
                "2‖g<sub>s</sub>‖‖g<sub>F</sub>‖cos(g<sub>s</sub>, g<sub>F</sub>). <b>Gain</b> "
                "‖g<sub>x</sub>‖/‖g<sub>y</sub>‖; where a stage begins, the number of elements changes, and the gain "
                "with rms compares.</p><p><b>Plain counterfactual</b>: the same weights with all α = 0, run forward "
                "and back. <b>Parameters</b>: ‖∂J/∂W‖, its ratio to ‖W‖ and the histogram of log<sub>10</sub>|∂J/∂W|, "
                "for the checkpoint's own tensors. Batch norms are in evaluation mode.</p>"),
             tr("He et al. 2015, arXiv 1512.03385; He et al. 2016, arXiv 1603.05027 (identity mappings); Veit, Wilber, "
                "Belongie 2016, arXiv 1605.06431")},
            [](const PageContext &context, QWidget *parent) { return new GradientPage(context, parent); }};
}

} // namespace reslens::pages
