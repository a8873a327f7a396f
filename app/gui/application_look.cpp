#include "gui/application_look.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>
#include <QStyleFactory>

namespace reslens::gui {

namespace {

constexpr double kUnit = 64; // the drawing below is in units of a 64 x 64 square

void drawBlock(QPainter &painter)
{
    const widgets::Theme &theme = widgets::darkTheme();
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.window);
    painter.drawRoundedRect(QRectF(2, 2, 60, 60), 14, 14);
    painter.setPen(QPen(theme.muted, 4, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(QPointF(9, 41), QPointF(55, 41));
    QPainterPath skip(QPointF(13, 41));
    skip.cubicTo(QPointF(13, 8), QPointF(50, 8), QPointF(50, 37));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.skip, 5, Qt::SolidLine, Qt::RoundCap));
    painter.drawPath(skip);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.accent);
    painter.drawRoundedRect(QRectF(20, 31, 21, 20), 5, 5);
    painter.setBrush(theme.skip);
    painter.drawEllipse(QPointF(50, 41), 5, 5);
}

} // namespace

QIcon appIcon()
{
    QIcon icon;
    for (const int side : {16, 32, 64, 128, 256}) {
        QPixmap pixmap(side, side);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.scale(side / kUnit, side / kUnit);
        drawBlock(painter);
        icon.addPixmap(pixmap);
    }
    return icon;
}

void applyTheme(QApplication &application, ThemeChoice choice, const QPalette &systemPalette)
{
    const widgets::Theme &theme = choice == ThemeChoice::Light  ? widgets::lightTheme()
                                  : choice == ThemeChoice::Dark ? widgets::darkTheme()
                                                                : widgets::themeOf(systemPalette);
    application.setStyle(QStyleFactory::create("Fusion"));
    application.setPalette(widgets::paletteOf(theme));
    application.setStyleSheet(widgets::styleSheetOf(theme));
}

} // namespace reslens::gui
