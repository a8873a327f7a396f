#include "pages/compare/compare_page.h"
#include "pages/features/feature_maps_page.h"
#include "pages/gradient/gradient_page.h"
#include "pages/ledger/ledger_page.h"
#include "pages/lesion/lesion_page.h"
#include "pages/page.h"
#include "pages/parameters/parameters_page.h"
#include "pages/paths/paths_page.h"
#include "pages/skip/skip_page.h"

namespace reslens::pages {

std::vector<PageEntry> pages()
{
    return {FeatureMapsPage::entry(), SkipPage::entry(),   GradientPage::entry(), LedgerPage::entry(),
            PathsPage::entry(),       LesionPage::entry(), ComparePage::entry(),  ParametersPage::entry()};
}

} // namespace reslens::pages
