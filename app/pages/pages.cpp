#include "pages/features/feature_maps_page.h"
#include "pages/page.h"

#include <QCoreApplication>

namespace reslens::pages {

std::vector<PageEntry> pages()
{
    return {
        {"features", QCoreApplication::translate("Pages", "Feature maps"), Qt::ALT | Qt::Key_1,
         [](const PageContext &context, QWidget *parent) { return new FeatureMapsPage(context, parent); }},
    };
}

} // namespace reslens::pages
