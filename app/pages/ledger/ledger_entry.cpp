// How the ledger page introduces itself.
#include "pages/ledger/ledger_page.h"

#include <QCoreApplication>

namespace reslens::pages {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Pages", text);
}

} // namespace

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

} // namespace reslens::pages
