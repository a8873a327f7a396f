// How the parameters page introduces itself.
#include "pages/parameters/parameters_page.h"

#include <QCoreApplication>

namespace reslens::pages {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Pages", text);
}

} // namespace

PageEntry parametersEntry()
{
    return {
        "parameters",
        tr("Parameters"),
        Qt::ALT | Qt::Key_8,
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
        [](const PageContext &context, QWidget *parent) { return new ParametersPage(context, parent); }};
}

} // namespace reslens::pages
