// What the network sees of a picture: the input as a picture again, and the numbers in it.
#pragma once

#include "nn/preprocess.h"
#include "session/background.h"

#include <QImage>
#include <QWidget>

class QLabel;

namespace reslens::gui {

class InputPreview : public QWidget {
    Q_OBJECT

public:
    explicit InputPreview(QWidget *parent = nullptr);

    /// Prepares `picture` in the background, and shows it. A null picture shows what is missing.
    void show(const QImage &picture, const nn::Preprocess &how, int channels);
    const QString words() const;

private:
    QLabel *m_view, *m_numbers;
    session::Background m_background; // last: its jobs end first
};

} // namespace reslens::gui
