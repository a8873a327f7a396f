#include "pages/features/feature_maps_page.h"
#include "pages/page.h"
#include "pages/parameters/parameters_page.h"

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
        {"parameters",
         tr("Parameters"),
         Qt::ALT | Qt::Key_9,
         {tr("Every tensor that the checkpoint holds, as numbers and as pictures: what has this network learned, and "
             "is "
             "any of it broken?"),
          tr("<p>Statistics are of the stored values as fp32, summed in double precision, over the finite values: "
             "std&nbsp;=&nbsp;√(mean of (w&nbsp;−&nbsp;mean)²), norm&nbsp;=&nbsp;√Σw². <b>zeros&nbsp;%</b> is the "
             "share "
             "of all values that are exactly 0; <b>not finite</b> counts NaN and infinities.</p><p>Filters of the "
             "first "
             "layer have three channels and are pictures: a weight w becomes the grey "
             "½&nbsp;+&nbsp;w&nbsp;/&nbsp;(2&nbsp;"
             "max|w|), channel by channel, with the largest magnitude of that filter. Other convolutions show one "
             "kernel "
             "for each input channel of the chosen output channel; 1&nbsp;×&nbsp;1 convolutions and the linear layer "
             "are "
             "matrices, batch norms one value for each channel.</p>"),
          tr("Krizhevsky, Sutskever, Hinton 2012, figure 3: first-layer filters as pictures")},
         [](const PageContext &context, QWidget *parent) { return new ParametersPage(context, parent); }},
    };
}

} // namespace reslens::pages
